#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream::detail {

/// What most comparisons of keys end with: the eight bytes after those that all keys begin with.
struct SortKey {
  std::uint64_t begin;
  std::uint32_t number;
};

[[nodiscard]] std::size_t sharedPrefix(BytesView a, BytesView b, std::size_t no_longer_than) noexcept;
[[nodiscard]] std::uint64_t eightBytes(BytesView key, std::size_t from) noexcept;

/// The numbers below `count` by ascending keyOf(number), those of one key as they came. RocksDB takes sorted keys for
/// half of what it takes random ones: each goes into the memtable next to the one before.
template <class KeyOf>
[[nodiscard]] std::vector<std::uint32_t> sortedByKey(std::size_t count, const KeyOf& keyOf) {
  if (count == 0) return {};
  const BytesView first = keyOf(0);
  std::size_t shared = first.size();
  for (std::size_t i = 1; i < count && shared > 0; ++i) shared = sharedPrefix(first, keyOf(i), shared);
  std::vector<SortKey> keys(count);
  for (std::size_t i = 0; i < count; ++i) keys[i] = {eightBytes(keyOf(i), shared), static_cast<std::uint32_t>(i)};
  std::sort(keys.begin(), keys.end(), [&](const SortKey& a, const SortKey& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    const int order = keyOf(a.number).compare(keyOf(b.number));
    return order != 0 ? order < 0 : a.number < b.number;
  });
  std::vector<std::uint32_t> numbers(count);
  std::transform(keys.begin(), keys.end(), numbers.begin(), [](const SortKey& key) { return key.number; });
  return numbers;
}

}  // namespace widgetstream::detail
