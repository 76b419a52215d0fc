#include "state/rocksdb/key_order.hpp"

namespace widgetstream::detail {

std::size_t sharedPrefix(BytesView a, BytesView b, std::size_t no_longer_than) noexcept {
  const std::size_t most = std::min(no_longer_than, b.size());
  const auto differs = std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin());
  return static_cast<std::size_t>(differs.first - a.begin());
}

std::uint64_t eightBytes(BytesView key, std::size_t from) noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t i = from; i < from + 8; ++i)
    bytes = bytes << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  return bytes;
}

}  // namespace widgetstream::detail
