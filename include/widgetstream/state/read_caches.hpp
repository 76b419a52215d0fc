#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace widgetstream {

/// What the unchanged entries of all stores of an application take together. They are kept to save reads of the
/// engines.
///
/// A store may have what nobody uses, and an equal share of the limit in any case; one that has more gives back when
/// others need it, at its next read or commit. So all of them together never have more than twice the limit.
///
/// Threads  any.
class ReadCaches {
 public:
  explicit ReadCaches(std::size_t limit_bytes) noexcept : limit_(limit_bytes) {}
  ReadCaches(const ReadCaches&) = delete;
  ReadCaches& operator=(const ReadCaches&) = delete;

  void opened() noexcept { stores_.fetch_add(1, std::memory_order_relaxed); }
  void closed() noexcept { stores_.fetch_sub(1, std::memory_order_relaxed); }
  /// A store that was counted with `before` bytes has `now`.
  void changed(std::size_t before, std::size_t now) noexcept {
    if (before != now) used_.fetch_add(now - before, std::memory_order_relaxed);  // wraps when it is less
  }

  /// What a store may have that is counted with `own` bytes.
  [[nodiscard]] std::size_t limitOf(std::size_t own) const noexcept {
    const std::size_t used = used_.load(std::memory_order_relaxed);
    const std::size_t free = used < limit_ ? limit_ - used : 0;
    return std::max(own + free - std::min(own, used > limit_ ? used - limit_ : 0), share());
  }
  [[nodiscard]] std::size_t usedBytes() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] std::size_t share() const noexcept {
    return limit_ / std::max<std::size_t>(stores_.load(std::memory_order_relaxed), 1);
  }

  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
  std::atomic<std::size_t> stores_{0};
};

}  // namespace widgetstream
