#include "runtime/threads/thread_lease.hpp"

#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr std::chrono::nanoseconds ask_again{std::chrono::milliseconds{100}};

}  // namespace

ThreadLease::ThreadLease(MembershipLease& lease, Membership& membership, const Clock& clock,
                         Recommittable recommittable)
    : lease_(lease), membership_(membership), clock_(clock), recommittable_(std::move(recommittable)) {}

void ThreadLease::take(const GroupMetadata& as) {
  as_ = as;
  number_ = lease_.numberOf(as);
  next_question_ = {};
}

ThreadLease::Standing ThreadLease::look() {
  if (holds()) return Standing::good;
  if (lease_.hasMovedOn(number_)) return Standing::outdated;
  return lease_.stands(number_) ? ask() : Standing::lost;
}

ThreadLease::Standing ThreadLease::ask() {
  const std::chrono::nanoseconds asked = clock_.elapsed();
  if (asked < next_question_) return Standing::unknown;
  next_question_ = asked + ask_again;
  const CommittedOffsets offsets = recommittable_();
  if (offsets.empty()) return Standing::unknown;
  switch (membership_.commit(offsets, as_, lease_.answerTimeout())) {
    case CommitOutcome::committed:
      next_question_ = {};
      lease_.confirmed(number_, asked);
      // The answer may have been read after another long sleep.
      return holds() ? Standing::good : Standing::unknown;
    case CommitOutcome::fenced:
      lease_.refused(number_);
      return lease_.hasMovedOn(number_) ? Standing::outdated : Standing::lost;
    case CommitOutcome::retriable:
      break;
  }
  next_question_ = clock_.elapsed() + ask_again;
  return Standing::unknown;
}

void ThreadLease::lookOrThrow() {
  until_look_ = stride_;
  const Standing standing = look();
  if (standing == Standing::good) return;
  until_look_ = 1;
  if (standing == Standing::unknown)
    throw Error{ErrorKind::retriable,
                "this process has not heard of its group for long, and the group does not say whether its tasks are "
                "still its own: nothing is written until it does"};
  throw Error{ErrorKind::task_migrated, "the group has given the task to others"};
}

}  // namespace widgetstream
