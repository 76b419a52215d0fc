#include "state/sorted_entries.hpp"

#include <algorithm>
#include <iterator>

#include "state/scan_bounds.hpp"

namespace widgetstream::detail {

void SortedEntries::sortIn() {
  std::sort(unsorted_.begin(), unsorted_.end(), ByKey{});
  auto hint = sorted_.end();
  for (Entry* entry : unsorted_) hint = std::next(sorted_.insert(hint, entry));
  unsorted_.clear();
}

void SortedEntries::erase(Entry& entry) noexcept {
  if (!entry.sorted) return;
  entry.sorted = false;
  sorted_.erase(&entry);
  std::erase(unsorted_, &entry);
}

void SortedEntries::clear() noexcept {
  for (Entry* entry : sorted_) entry->sorted = false;
  for (Entry* entry : unsorted_) entry->sorted = false;
  sorted_.clear();
  unsorted_.clear();
}

std::vector<const Entry*> SortedEntries::within(const ScanBounds& bounds) {
  std::vector<const Entry*> found;
  if (isEmpty(bounds)) return found;
  sortIn();
  const auto first = bounds.from ? sorted_.lower_bound(BytesView{*bounds.from}) : sorted_.begin();
  const auto last = !bounds.to            ? sorted_.end()
                    : bounds.to_inclusive ? sorted_.upper_bound(BytesView{*bounds.to})
                                          : sorted_.lower_bound(BytesView{*bounds.to});
  found.assign(first, last);
  if (bounds.reverse) std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace widgetstream::detail
