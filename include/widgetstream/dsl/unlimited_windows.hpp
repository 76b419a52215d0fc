#pragma once

#include "widgetstream/dsl/windows.hpp"

namespace widgetstream {

/// One window that never ends: all records of a key from `start` on. Records before it belong to no window.
///
/// Errors   Error{invalid_topology} for a start before 1970
class UnlimitedWindows {
 public:
  /// From 1970 on.
  [[nodiscard]] static UnlimitedWindows of() { return UnlimitedWindows{Timestamp{}}; }
  [[nodiscard]] UnlimitedWindows startOn(Timestamp start) const { return UnlimitedWindows{start}; }

  [[nodiscard]] constexpr WindowSequence windowsFor(Timestamp at) const noexcept {
    constexpr Milliseconds step{1};
    return {start_, at < start_ ? start_ - step : start_, step, size()};
  }
  [[nodiscard]] constexpr Timestamp start() const noexcept { return start_; }
  [[nodiscard]] constexpr Milliseconds size() const noexcept { return Milliseconds::max(); }
  [[nodiscard]] constexpr Milliseconds gracePeriod() const noexcept { return Milliseconds{0}; }

  friend bool operator==(const UnlimitedWindows&, const UnlimitedWindows&) = default;

 private:
  explicit UnlimitedWindows(Timestamp start);

  Timestamp start_;
};

}  // namespace widgetstream
