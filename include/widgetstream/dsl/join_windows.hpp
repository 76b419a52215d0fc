#pragma once

#include <string>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// Which records of two streams meet in a join: the right one's time is in [left - before, left + after], both ends
/// inclusive. Either side may arrive first.
///
/// Time     a bound may be negative, which looks at one side of the record only: `before(-1s).after(5s)` joins records
///          that are at least one and at most five seconds younger. Before plus after must not be negative.
/// State    each side keeps its records for size plus grace, so that late ones find them
/// Errors   Error{invalid_topology} naming the bounds from each call that makes no sense
class JoinWindows {
 public:
  /// A left or outer result without a partner is sent when no partner can come any more: `grace` after the end.
  [[nodiscard]] static JoinWindows ofTimeDifferenceAndGrace(Milliseconds difference, Milliseconds grace) {
    return {difference, difference, grace, true};
  }
  [[nodiscard]] static JoinWindows ofTimeDifferenceWithNoGrace(Milliseconds difference) {
    return ofTimeDifferenceAndGrace(difference, Milliseconds{0});
  }
  /// Java's old form: a day of grace less the window's size, and left and outer results without a partner are sent at
  /// once, even if a partner comes later. For topologies that are to stay as they were.
  [[nodiscard]] static JoinWindows of(Milliseconds difference) {
    return {difference, difference, detail::later<Milliseconds>(day - 2 * difference, Milliseconds{0}), false};
  }

  [[nodiscard]] JoinWindows before(Milliseconds difference) const {
    return {difference, after_, grace_, waits_for_partners_};
  }
  [[nodiscard]] JoinWindows after(Milliseconds difference) const {
    return {before_, difference, grace_, waits_for_partners_};
  }
  /// For of() only; the other forms have their grace already.
  [[nodiscard]] JoinWindows grace(Milliseconds after_end) const {
    if (waits_for_partners_) {
      throw Error{ErrorKind::invalid_topology,
                  "grace() of JoinWindows that have theirs from ofTimeDifferenceAndGrace or "
                  "ofTimeDifferenceWithNoGrace; give it there"};
    }
    return {before_, after_, after_end, false};
  }

  [[nodiscard]] Milliseconds beforeMs() const noexcept { return before_; }
  [[nodiscard]] Milliseconds afterMs() const noexcept { return after_; }
  [[nodiscard]] Milliseconds gracePeriod() const noexcept { return grace_; }
  [[nodiscard]] Milliseconds size() const noexcept { return before_ + after_; }
  /// How long a side's store keeps its records.
  [[nodiscard]] Milliseconds retention() const noexcept { return size() + grace_; }
  /// False for of(): left and outer results do not wait.
  [[nodiscard]] bool waitsForPartners() const noexcept { return waits_for_partners_; }

  friend bool operator==(const JoinWindows&, const JoinWindows&) = default;

 private:
  static constexpr Milliseconds day{24 * 60 * 60 * 1000};

  JoinWindows(Milliseconds before, Milliseconds after, Milliseconds grace, bool waits_for_partners)
      : before_(before), after_(after), grace_(grace), waits_for_partners_(waits_for_partners) {
    if (before + after < Milliseconds{0}) {
      throw Error{ErrorKind::invalid_topology, "JoinWindows from " + std::to_string(before.count()) + " ms before to " +
                                                   std::to_string(after.count()) +
                                                   " ms after are empty: before plus after must not be negative"};
    }
    if (grace < Milliseconds{0}) {
      throw Error{ErrorKind::invalid_topology, "a grace period of " + std::to_string(grace.count()) +
                                                   " ms for JoinWindows is negative; 0 is the least"};
    }
  }

  Milliseconds before_;
  Milliseconds after_;
  Milliseconds grace_;
  bool waits_for_partners_;
};

}  // namespace widgetstream
