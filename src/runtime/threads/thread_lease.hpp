#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "runtime/coordination/membership_lease.hpp"
#include "widgetstream/core/clock.hpp"
#include "widgetstream/kafka/membership.hpp"

namespace widgetstream {

/// A stream thread's side of the membership lease: whether what its tasks make may leave this process. A look costs a
/// glance at the clock; where the lease has run out it asks the group, by a commit that changes nothing.
///
/// Threads  the stream thread.
class ThreadLease {
 public:
  enum class Standing {
    good,
    unknown,   ///< the group has not answered: nothing may be written until it does
    outdated,  ///< there is another assignment, whose orders are on their way
    lost,      ///< the tasks are others'
  };
  /// Offsets of this thread's tasks that may be committed again, because nothing moves by it.
  using Recommittable = std::function<CommittedOffsets()>;

  ThreadLease(MembershipLease& lease, Membership& membership, const Clock& clock, Recommittable recommittable);

  /// The assignment that the thread works under from now on.
  void take(const GroupMetadata& as);
  /// Asks the group if it must.
  [[nodiscard]] Standing look();
  /// Nobody need be asked now.
  [[nodiscard]] bool holds() const noexcept { return lease_.holds(number_, clock_.elapsed()); }

  // What became of other commits of the thread.
  void confirmed(std::chrono::nanoseconds asked) { lease_.confirmed(number_, asked); }
  void refused() { lease_.refused(number_); }
  [[nodiscard]] bool lost() const noexcept { return !lease_.stands(number_) && !lease_.hasMovedOn(number_); }

  /// Before each record that leaves a task; looks now and then.
  /// Errors  Error{retriable} when the group does not answer, Error{task_migrated} when the task is not ours.
  void beforeSending() {
    if (--until_look_ <= 0) lookOrThrow();
  }
  /// How many records may leave between two looks: few where a record takes long.
  void setStride(int records) noexcept { stride_ = records; }

 private:
  [[nodiscard]] Standing ask();
  void lookOrThrow();

  MembershipLease& lease_;
  Membership& membership_;
  const Clock& clock_;
  const Recommittable recommittable_;
  GroupMetadata as_;
  std::uint64_t number_ = 0;
  std::chrono::nanoseconds next_question_{0};
  int stride_ = 1;
  int until_look_ = 1;
};

}  // namespace widgetstream
