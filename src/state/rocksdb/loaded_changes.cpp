#include "state/rocksdb/loaded_changes.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace widgetstream::detail {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10;
constexpr std::uint32_t no_value = UINT32_MAX;

struct Sizes {
  std::uint32_t key;
  std::uint32_t value;
};

[[nodiscard]] Sizes sizesAt(const char* change) noexcept {
  Sizes sizes{};
  std::memcpy(&sizes, change, sizeof sizes);
  return sizes;
}

}  // namespace

void LoadedChanges::add(const StoreBatch& batch) {
  for (const StoreBatch::Change& change : batch.changes()) {
    const BytesView value = change.value ? *change.value : BytesView{};
    const Sizes sizes{static_cast<std::uint32_t>(change.key.size()),
                      change.value ? static_cast<std::uint32_t>(value.size()) : no_value};
    char* const at = room(sizeof sizes + change.key.size() + value.size());
    std::memcpy(at, &sizes, sizeof sizes);
    std::copy(value.begin(), value.end(), std::copy(change.key.begin(), change.key.end(), at + sizeof sizes));
    changes_.push_back(at);
  }
}

char* LoadedChanges::room(std::size_t bytes) {
  if (bytes > piece_left_) {
    const std::size_t size = std::max(piece_bytes, bytes);
    next_ = pieces_.emplace_back(std::make_unique_for_overwrite<char[]>(size)).get();
    piece_left_ = size;
    pieces_bytes_ += size;
  }
  piece_left_ -= bytes;
  return std::exchange(next_, next_ + bytes);
}

BytesView LoadedChanges::key(std::size_t number) const noexcept {
  const char* const change = changes_[number];
  return {change + sizeof(Sizes), sizesAt(change).key};
}

NullableBytesView LoadedChanges::value(std::size_t number) const noexcept {
  const char* const change = changes_[number];
  const Sizes sizes = sizesAt(change);
  if (sizes.value == no_value) return std::nullopt;
  return BytesView{change + sizeof sizes + sizes.key, sizes.value};
}

}  // namespace widgetstream::detail
