#include "state/sorted_entries.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>
#include <utility>

#include "state/scan_bounds.hpp"

namespace widgetstream::detail {

void SortedEntries::add(Entry& entry) {
  if (place(entry) != Entry::not_sorted) return;
  unsorted_.push_back(&entry);
  try {
    if (has_groups_) addToGroup(entry);
  } catch (...) {
    unsorted_.pop_back();
    throw;
  }
  place(entry) = static_cast<Entry::Place>(unsorted_.size() - 1);
}

void SortedEntries::sortIn() {
  std::sort(unsorted_.begin(), unsorted_.end(), sorted_.key_comp());
  auto hint = sorted_.end();
  for (Entry* entry : unsorted_) {
    hint = std::next(sorted_.insert(hint, entry));
    place(*entry) = Entry::sorted_in;
  }
  unsorted_.clear();
}

void SortedEntries::erase(Entry& entry) noexcept {
  const Entry::Place at = std::exchange(place(entry), Entry::not_sorted);
  if (at == Entry::not_sorted) return;
  if (has_groups_) eraseFromGroup(entry);
  if (at == Entry::sorted_in) {
    sorted_.erase(&entry);
    return;
  }
  Entry* const last = unsorted_.back();
  unsorted_.pop_back();
  if (last == &entry) return;
  unsorted_[at] = last;
  place(*last) = at;
}

void SortedEntries::clear() noexcept {
  for (Entry* entry : sorted_) place(*entry) = Entry::not_sorted;
  for (Entry* entry : unsorted_) place(*entry) = Entry::not_sorted;
  sorted_.clear();
  unsorted_.clear();
  groups_.clear();
}

template <class Sorted, class FirstNotBefore, class FirstBehind>
void SortedEntries::append(const Sorted& sorted, const ScanBounds& bounds, const FirstNotBefore& first_not_before,
                           const FirstBehind& first_behind, std::vector<const Entry*>& into) {
  const auto first = bounds.from ? first_not_before(*bounds.from) : sorted.begin();
  const auto last = !bounds.to            ? sorted.end()
                    : bounds.to_inclusive ? first_behind(*bounds.to)
                                          : first_not_before(*bounds.to);
  const auto behind = static_cast<std::ptrdiff_t>(into.size());
  into.insert(into.end(), first, last);
  if (bounds.reverse) std::reverse(into.begin() + behind, into.end());
}

void SortedEntries::within(const ScanBounds& bounds, std::vector<const Entry*>& into) {
  if (isEmpty(bounds)) return;
  sortIn();
  append(
      sorted_, bounds, [this](BytesView key) { return sorted_.lower_bound(key); },
      [this](BytesView key) { return sorted_.upper_bound(key); }, into);
}

// --- groups

void SortedEntries::Group::erase(Entries::const_iterator at) {
  if (at != begin()) {
    entries_.erase(at);
  } else if (++gone_ > entries_.end() - begin()) {
    entries_.erase(entries_.begin(), begin());
    gone_ = 0;
  }
}

std::uint64_t SortedEntries::hash(BytesView beginning) noexcept {
  return std::hash<std::string_view>{}(beginning);
}

std::uint64_t SortedEntries::hashOf(const Entry& entry) const noexcept {
  BytesView key = sorted_.key_comp().of(entry);
  key.remove_suffix(tail_);
  return hash(key);
}

void SortedEntries::makeGroups() {
  try {
    for (Entry* entry : sorted_) groups_[hashOf(*entry)].append(*entry);
    for (Entry* entry : unsorted_) groups_[hashOf(*entry)].append(*entry);
    for (auto& [hash, group] : groups_) group.sort(sorted_.key_comp());
  } catch (...) {
    groups_.clear();
    throw;
  }
  has_groups_ = true;
}

void SortedEntries::addToGroup(Entry& entry) {
  Group& group = groups_[hashOf(entry)];
  // Most rows are later than those before them.
  const ByKey before = sorted_.key_comp();
  const bool last = group.empty() || before(*std::prev(group.end()), &entry);
  group.insert(last ? group.end() : std::lower_bound(group.begin(), group.end(), &entry, before), entry);
}

void SortedEntries::eraseFromGroup(Entry& entry) noexcept {
  const auto found = groups_.find(hashOf(entry));
  Group& group = found->second;
  group.erase(std::lower_bound(group.begin(), group.end(), &entry, sorted_.key_comp()));
  if (group.empty()) groups_.erase(found);
}

const SortedEntries::Group* SortedEntries::group(BytesView beginning) {
  if (!has_groups_) makeGroups();
  const auto found = groups_.find(hash(beginning));
  return found == groups_.end() ? nullptr : &found->second;
}

void SortedEntries::within(const Group& group, const ScanBounds& bounds, std::vector<const Entry*>& into) const {
  if (isEmpty(bounds)) return;
  const ByKey order = sorted_.key_comp();
  append(
      group, bounds, [&](BytesView key) { return std::lower_bound(group.begin(), group.end(), key, order); },
      [&](BytesView key) { return std::upper_bound(group.begin(), group.end(), key, order); }, into);
}

}  // namespace widgetstream::detail
