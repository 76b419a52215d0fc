#include "runtime/coordination/membership_lease.hpp"

#include <algorithm>

namespace widgetstream {

using std::chrono::nanoseconds;

MembershipLease::MembershipLease(Milliseconds session_timeout, Producer& producer, Logger log)
    : session_timeout_(session_timeout), producer_(producer), log_(std::move(log)) {}

void MembershipLease::begin(const GroupMetadata& as, nanoseconds known_good) {
  const std::lock_guard lock{mutex_};
  current_ = as;
  good_until_.store((known_good + nanoseconds{session_timeout_} / 2).count(), std::memory_order_release);
  number_.store(++last_number_, std::memory_order_release);
  refused_.store(false);
}

void MembershipLease::end() {
  const std::lock_guard lock{mutex_};
  // First, so that nothing sets out any more when the producer has given up what was under way.
  number_.store(0, std::memory_order_release);
  producer_.discard();
}

std::uint64_t MembershipLease::numberOf(const GroupMetadata& as) const {
  const std::lock_guard lock{mutex_};
  const std::uint64_t number = number_.load(std::memory_order_relaxed);
  return number != 0 && as == current_ ? number : 0;
}

void MembershipLease::confirmed(std::uint64_t number, nanoseconds asked) {
  const std::lock_guard lock{mutex_};
  if (!stands(number)) return;
  const std::int64_t until = (asked + nanoseconds{session_timeout_} / 2).count();
  good_until_.store(std::max(until, good_until_.load(std::memory_order_relaxed)), std::memory_order_release);
}

void MembershipLease::refused(std::uint64_t number) {
  const std::lock_guard lock{mutex_};
  if (!stands(number)) return;
  log_.warning("the group does not know this member any more: its tasks are others' and are dropped here");
  number_.store(0, std::memory_order_release);
  refused_.store(true);
  producer_.discard();
}

}  // namespace widgetstream
