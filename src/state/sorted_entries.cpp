#include "state/sorted_entries.hpp"

#include <algorithm>
#include <iterator>

#include "state/scan_bounds.hpp"

namespace widgetstream::detail {

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
  const std::size_t at = std::exchange(place(entry), Entry::not_sorted);
  if (at == Entry::not_sorted) return;
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
}

void SortedEntries::within(const ScanBounds& bounds, std::vector<const Entry*>& into) {
  if (isEmpty(bounds)) return;
  sortIn();
  const auto first = bounds.from ? sorted_.lower_bound(BytesView{*bounds.from}) : sorted_.begin();
  const auto last = !bounds.to            ? sorted_.end()
                    : bounds.to_inclusive ? sorted_.upper_bound(BytesView{*bounds.to})
                                          : sorted_.lower_bound(BytesView{*bounds.to});
  const auto behind = static_cast<std::ptrdiff_t>(into.size());
  into.insert(into.end(), first, last);
  if (bounds.reverse) std::reverse(into.begin() + behind, into.end());
}

}  // namespace widgetstream::detail
