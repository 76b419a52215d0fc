#pragma once

#include "widgetstream/dsl/windows.hpp"

namespace widgetstream {

/// Windows of activity: records of a key belong to one session as long as no gap between two of them is longer than
/// `inactivity gap`. A record between two sessions joins them into one.
///
/// Time     [first record, last record], both inclusive. A session is closed once the newest time seen is more than gap
///          and grace after its end
/// Errors   Error{invalid_topology} for times that make no sense
class SessionWindows {
 public:
  [[nodiscard]] static SessionWindows ofInactivityGapWithNoGrace(Milliseconds inactivity_gap) {
    return ofInactivityGapAndGrace(inactivity_gap, Milliseconds{0});
  }
  /// A session goes on taking late records for `after_window_end`.
  [[nodiscard]] static SessionWindows ofInactivityGapAndGrace(Milliseconds inactivity_gap,
                                                              Milliseconds after_window_end) {
    return {inactivity_gap, after_window_end};
  }

  [[nodiscard]] constexpr Milliseconds inactivityGap() const noexcept { return gap_; }
  [[nodiscard]] constexpr Milliseconds gracePeriod() const noexcept { return grace_; }

  friend bool operator==(const SessionWindows&, const SessionWindows&) = default;

 private:
  SessionWindows(Milliseconds gap, Milliseconds grace);

  Milliseconds gap_;
  Milliseconds grace_;
};

}  // namespace widgetstream
