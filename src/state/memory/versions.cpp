#include "state/memory/versions.hpp"

#include <iterator>

#include "state/big_endian.hpp"
#include "state/scan_bounds.hpp"

namespace widgetstream::detail {
namespace {

/// What a node of the map and a version cost beside their bytes.
constexpr std::uint64_t entry_overhead_bytes = 128;

}  // namespace

bool Versions::get(BytesView key, Bytes& into) const {
  const std::lock_guard lock(mutex_);
  const auto found = map_.find(key);
  if (found == map_.end() || !found->second->value) return false;
  into = *found->second->value;
  return true;
}

void Versions::apply(const StoreBatch& batch) {
  const std::lock_guard lock(mutex_);
  ++batches_;
  for (const StoreBatch::Change& each : batch.changes()) change(each);
}

void Versions::change(const StoreBatch::Change& change) {
  auto found = map_.find(change.key);
  if (found != map_.end()) countOut(*found);
  if (change.value) {
    ++live_;
    live_bytes_ += change.key.size() + change.value->size() + entry_overhead_bytes;
  }
  if (found == map_.end()) {
    if (!change.value) return;
    auto version = std::make_unique<Version>();
    version->written = batches_;
    version->value = change.value;
    map_.emplace(Bytes{change.key}, std::move(version));
  } else if (!held_.empty()) {
    auto version = std::make_unique<Version>();
    version->written = batches_;
    version->value = change.value;
    version->older = std::move(found->second);
    found->second = std::move(version);
    replaced_.push_back({batches_, Bytes{change.key}});
  } else if (change.value) {
    found->second->written = batches_;
    found->second->value = change.value;
  } else {
    map_.erase(found);
  }
}

std::vector<std::int64_t> Versions::segments() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::int64_t> found;
  for (auto at = map_.begin(); at != map_.end();) {
    if (!at->second->value) {  // erased, but a walk may still see it
      ++at;
      continue;
    }
    found.push_back(readBigEndian(at->first.data()));
    at = map_.lower_bound(bigEndian(found.back() + 1));
  }
  return found;
}

void Versions::eraseBefore(BytesView end) {
  const std::lock_guard lock(mutex_);
  ++batches_;
  const auto last = map_.lower_bound(end);
  if (held_.empty()) {
    for (auto at = map_.begin(); at != last; at = map_.erase(at)) countOut(*at);
    return;
  }
  // Walks hold on to older versions, so each key gets a newer one that is null.
  std::vector<Bytes> keys;
  for (auto at = map_.begin(); at != last; ++at) keys.push_back(at->first);
  for (Bytes& key : keys) change({std::move(key), std::nullopt});
}

void Versions::countOut(const Map::value_type& entry) noexcept {
  if (!entry.second->value) return;
  --live_;
  live_bytes_ -= entry.first.size() + entry.second->value->size() + entry_overhead_bytes;
}

std::uint64_t Versions::entries() const {
  const std::lock_guard lock(mutex_);
  return live_;
}

std::uint64_t Versions::bytes() const {
  const std::lock_guard lock(mutex_);
  return live_bytes_;
}

void Versions::clear() {
  const std::lock_guard lock(mutex_);
  if (!held_.empty()) return;
  map_.clear();
  live_ = live_bytes_ = 0;
}

std::uint64_t Versions::hold() {
  const std::lock_guard lock(mutex_);
  held_.insert(batches_);
  return batches_;
}

void Versions::letGo(std::uint64_t snapshot) noexcept {
  const std::lock_guard lock(mutex_);
  held_.erase(held_.find(snapshot));
  collect();
}

void Versions::collect() noexcept {
  const std::uint64_t oldest_held = held_.empty() ? batches_ : *held_.begin();
  for (; !replaced_.empty() && replaced_.front().by <= oldest_held; replaced_.pop_front()) {
    const auto found = map_.find(replaced_.front().key);
    if (found == map_.end()) continue;
    // Everybody left sees this version or a newer one.
    Version* visible = found->second.get();
    while (visible->written > oldest_held && visible->older) visible = visible->older.get();
    if (visible->written > oldest_held) continue;
    visible->older.reset();
    if (visible == found->second.get() && !visible->value) map_.erase(found);
  }
}

Versions::Found Versions::first(const ScanBounds& bounds, std::uint64_t snapshot) const {
  const std::lock_guard lock(mutex_);
  if (isEmpty(bounds)) return {};
  if (!bounds.reverse)
    return firstVisible(bounds.from ? map_.lower_bound(*bounds.from) : map_.begin(), bounds, snapshot);
  const auto end = !bounds.to            ? map_.end()
                   : bounds.to_inclusive ? map_.upper_bound(*bounds.to)
                                         : map_.lower_bound(*bounds.to);
  return end == map_.begin() ? Found{} : firstVisible(std::prev(end), bounds, snapshot);
}

Versions::Found Versions::after(const Found& found, const ScanBounds& bounds, std::uint64_t snapshot) const {
  const std::lock_guard lock(mutex_);
  if (!bounds.reverse) return firstVisible(std::next(found.place), bounds, snapshot);
  return found.place == map_.begin() ? Found{} : firstVisible(std::prev(found.place), bounds, snapshot);
}

Versions::Found Versions::firstVisible(Map::const_iterator place, const ScanBounds& bounds,
                                       std::uint64_t snapshot) const {
  while (place != map_.end() && !isPast(bounds, place->first)) {
    const Version* version = place->second.get();
    while (version && version->written > snapshot) version = version->older.get();
    if (version && version->value) return {place, version};
    if (bounds.reverse && place == map_.begin()) break;
    bounds.reverse ? --place : ++place;
  }
  return {};
}

}  // namespace widgetstream::detail
