#pragma once

#include "widgetstream/dsl/windows.hpp"

namespace widgetstream {

/// Windows that follow the records: one for each set of records of a key that are at most `time difference` apart.
///
/// Time     [end - difference, end], both inclusive. Each record makes the window that ends with it, and the one that
///          begins just after it once a younger record falls into that. Records younger than `difference` since 1970
///          share the window [0, difference]
/// Errors   Error{invalid_topology} for times that make no sense
class SlidingWindows {
 public:
  [[nodiscard]] static SlidingWindows ofTimeDifferenceWithNoGrace(Milliseconds time_difference) {
    return ofTimeDifferenceAndGrace(time_difference, Milliseconds{0});
  }
  /// A window goes on taking late records for `after_window_end`.
  [[nodiscard]] static SlidingWindows ofTimeDifferenceAndGrace(Milliseconds time_difference,
                                                               Milliseconds after_window_end) {
    return {time_difference, after_window_end};
  }

  [[nodiscard]] constexpr Milliseconds timeDifference() const noexcept { return difference_; }
  [[nodiscard]] constexpr Milliseconds gracePeriod() const noexcept { return grace_; }

  friend bool operator==(const SlidingWindows&, const SlidingWindows&) = default;

 private:
  SlidingWindows(Milliseconds difference, Milliseconds grace);

  Milliseconds difference_;
  Milliseconds grace_;
};

}  // namespace widgetstream
