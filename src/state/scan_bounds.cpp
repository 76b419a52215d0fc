#include "state/scan_bounds.hpp"

#include <algorithm>
#include <utility>

#include "widgetstream/state/table_store.hpp"

namespace widgetstream {

ScanBounds prefixBounds(BytesView prefix) {
  ScanBounds bounds;
  bounds.from = Bytes{prefix};
  bounds.to_inclusive = false;
  Bytes end{prefix};
  // The first key behind the prefix: its last byte that can grow grows by one. Without any there is no such key.
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (end.empty()) return bounds;
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  bounds.to = std::move(end);
  return bounds;
}

namespace detail {

bool isEmpty(const ScanBounds& bounds) noexcept {
  if (!bounds.from || !bounds.to) return false;
  const int order = bounds.from->compare(*bounds.to);
  return order > 0 || (order == 0 && !bounds.to_inclusive);
}

bool isPast(const ScanBounds& bounds, BytesView key) noexcept {
  if (bounds.reverse) return bounds.from && key < *bounds.from;
  if (!bounds.to) return false;
  const int order = key.compare(*bounds.to);
  return order > 0 || (order == 0 && !bounds.to_inclusive);
}

ScanBounds rangeBounds(std::optional<Bytes> first, std::optional<Bytes> last, bool reverse) {
  ScanBounds bounds;
  bounds.from = std::move(first);
  bounds.to = std::move(last);
  bounds.reverse = reverse;
  return bounds;
}

ScanBounds prefixBoundsAfter(BytesView prefix, BytesView after) {
  ScanBounds bounds = prefixBounds(prefix);
  if (after.empty()) return bounds;
  Bytes next{after};
  next.push_back('\0');  // no key lies between a key and itself with a zero byte
  bounds.from = std::max(*bounds.from, next);
  return bounds;
}

}  // namespace detail
}  // namespace widgetstream
