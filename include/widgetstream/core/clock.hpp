#pragma once

#include <chrono>

#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// Where the library gets the time, so that tests own it.
///
/// Threads  every call may come from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall clock, for record timestamps and wall-clock punctuation.
  [[nodiscard]] virtual Timestamp now() const = 0;

  /// A clock that never goes back, for intervals and deadlines. Its zero means nothing.
  [[nodiscard]] virtual std::chrono::nanoseconds elapsed() const = 0;
};

/// The machine's clocks.
[[nodiscard]] const Clock& systemClock() noexcept;

}  // namespace widgetstream
