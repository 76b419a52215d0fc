#include "state/entry_index.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace widgetstream::detail {
namespace {

constexpr std::size_t first_places = 64;

}  // namespace

std::uint32_t EntryIndex::hash(BytesView key) noexcept {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(key));
}

Entry* EntryIndex::find(BytesView key, std::uint32_t hash) const noexcept {
  if (size_ == 0) return nullptr;
  for (std::size_t at = home(hash); places_[at].entry; at = next(at)) {
    if (places_[at].hash == hash && places_[at].entry->key == key) return places_[at].entry;
  }
  return nullptr;
}

void EntryIndex::insert(Entry& entry) {
  if ((size_ + 1) * 4 > places_.size() * 3) grow();
  place(entry);
  ++size_;
}

void EntryIndex::place(Entry& entry) noexcept {
  std::size_t at = home(entry.hash);
  while (places_[at].entry) at = next(at);
  places_[at] = {entry.hash, &entry};
}

void EntryIndex::grow() {
  std::vector<Place> old(places_.empty() ? first_places : places_.size() * 2);
  old.swap(places_);
  for (const Place& from : old) {
    if (from.entry) place(*from.entry);
  }
}

void EntryIndex::erase(const Entry& entry) noexcept {
  std::size_t hole = home(entry.hash);
  while (places_[hole].entry != &entry) hole = next(hole);
  // Entries behind the hole move up, unless that would put them before their home: no tombstones, no slow decay.
  for (std::size_t at = next(hole); places_[at].entry; at = next(at)) {
    const std::size_t mask = places_.size() - 1;
    const std::size_t from_home = (at - home(places_[at].hash)) & mask;
    if (from_home >= ((at - hole) & mask)) {
      places_[hole] = places_[at];
      hole = at;
    }
  }
  places_[hole] = {};
  --size_;
}

void EntryIndex::clear() noexcept {
  std::vector<Place>{}.swap(places_);
  size_ = 0;
}

}  // namespace widgetstream::detail
