#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace widgetstream::detail {

/// What stores gather while they are restored, of all databases of an application. It counts as memtables do, which
/// those stores do not need meanwhile.
///
/// Threads  any.
class LoadMemory {
 public:
  explicit LoadMemory(std::size_t memtables_limit_bytes) noexcept : most_(memtables_limit_bytes / 8 * 3) {}

  /// Whether a store that has gathered so much may go on.
  [[nodiscard]] bool hasRoomFor(std::size_t gathered) const noexcept {
    return gathered < most_ / std::max<std::size_t>(stores_.load(std::memory_order_relaxed), 1) && bytes() < most_;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

  /// One store has gathered more or less than before. Returns `now`.
  std::size_t changed(std::size_t before, std::size_t now) noexcept {
    bytes_.fetch_add(now - before, std::memory_order_relaxed);  // wraps when it is less
    if (before == 0 && now != 0) stores_.fetch_add(1, std::memory_order_relaxed);
    if (before != 0 && now == 0) stores_.fetch_sub(1, std::memory_order_relaxed);
    return now;
  }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> bytes_{0};
  std::atomic<std::size_t> stores_{0};
};

}  // namespace widgetstream::detail
