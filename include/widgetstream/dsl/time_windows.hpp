#pragma once

#include "widgetstream/dsl/windows.hpp"

namespace widgetstream {

/// Windows of one size that begin at multiples of a step since 1970. Tumbling windows follow each other; hopping ones
/// (advanceBy) overlap, so that a record belongs to several.
///
/// Time     [start, start + size). A record is too late for a window that ended `grace` before the newest time seen
/// Errors   Error{invalid_topology} for sizes and steps that make no sense
class TimeWindows {
 public:
  /// A record that comes after its window's end, by the newest time seen, is dropped.
  [[nodiscard]] static TimeWindows ofSizeWithNoGrace(Milliseconds size) {
    return ofSizeAndGrace(size, Milliseconds{0});
  }
  /// A window goes on taking late records for `after_window_end`.
  [[nodiscard]] static TimeWindows ofSizeAndGrace(Milliseconds size, Milliseconds after_window_end) {
    return {size, size, after_window_end};
  }
  /// A window begins every `advance`, at most one size after the last.
  [[nodiscard]] TimeWindows advanceBy(Milliseconds advance) const { return {size_, advance, grace_}; }

  /// In order of their start; none for a time before 1970.
  [[nodiscard]] constexpr WindowSequence windowsFor(Timestamp at) const noexcept {
    const Milliseconds since = at.time_since_epoch();
    const Milliseconds earliest = detail::later<Milliseconds>(Milliseconds{0}, since - size_ + advance_);
    const Timestamp first{earliest / advance_ * advance_};
    // The last starts at or before `at`.
    return {first, at < first ? first - advance_ : at - (at - first) % advance_, advance_, size_};
  }
  [[nodiscard]] constexpr Milliseconds size() const noexcept { return size_; }
  [[nodiscard]] constexpr Milliseconds advance() const noexcept { return advance_; }
  [[nodiscard]] constexpr Milliseconds gracePeriod() const noexcept { return grace_; }

  friend bool operator==(const TimeWindows&, const TimeWindows&) = default;

 private:
  TimeWindows(Milliseconds size, Milliseconds advance, Milliseconds grace);

  Milliseconds size_;
  Milliseconds advance_;
  Milliseconds grace_;
};

}  // namespace widgetstream
