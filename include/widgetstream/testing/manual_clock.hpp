#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "widgetstream/core/clock.hpp"

namespace widgetstream {

/// A clock that stands still until it is told to move. Both times start where the test says, elapsed() at 0.
///
/// Threads  any.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp now = fromMillis(0)) noexcept : now_(toMillis(now)) {}

  [[nodiscard]] Timestamp now() const override { return fromMillis(now_.load()); }
  [[nodiscard]] std::chrono::nanoseconds elapsed() const override { return std::chrono::nanoseconds{elapsed_.load()}; }

  /// Moves both times on; a part of a millisecond moves elapsed() only.
  void advance(std::chrono::nanoseconds by) noexcept {
    elapsed_ += by.count();
    now_ += std::chrono::duration_cast<Milliseconds>(by).count();
  }
  /// Sets the wall clock, also backwards, as an administrator would; elapsed() does not notice.
  void setNow(Timestamp now) noexcept { now_ = toMillis(now); }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> elapsed_{0};
};

}  // namespace widgetstream
