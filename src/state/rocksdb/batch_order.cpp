#include "state/rocksdb/batch_order.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace widgetstream::detail {
namespace {

/// What most comparisons end with: the eight bytes after those that all keys begin with.
struct SortKey {
  std::uint64_t begin;
  std::size_t index;
};

[[nodiscard]] std::size_t sharedPrefix(const std::vector<StoreBatch::Change>& changes) {
  const BytesView first = changes.front().key;
  std::size_t shared = first.size();
  for (const StoreBatch::Change& change : changes) {
    const std::size_t most = std::min(shared, change.key.size());
    const auto differs = std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(most), change.key.begin());
    shared = static_cast<std::size_t>(differs.first - first.begin());
  }
  return shared;
}

[[nodiscard]] std::uint64_t eightBytes(BytesView key, std::size_t from) noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t i = from; i < from + 8; ++i)
    bytes = bytes << 8 | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
  return bytes;
}

}  // namespace

BatchOrder::BatchOrder(const StoreBatch& batch) {
  const std::vector<StoreBatch::Change>& all = batch.changes();
  if (all.empty()) return;
  const std::size_t shared = sharedPrefix(all);
  std::vector<SortKey> keys;
  keys.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) keys.push_back({eightBytes(all[i].key, shared), i});
  std::sort(keys.begin(), keys.end(), [&](const SortKey& a, const SortKey& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    const int order = all[a.index].key.compare(all[b.index].key);
    return order != 0 ? order < 0 : a.index < b.index;
  });
  changes_.reserve(all.size());
  for (const SortKey& key : keys) changes_.push_back(&all[key.index]);
}

}  // namespace widgetstream::detail
