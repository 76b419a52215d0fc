#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "widgetstream/core/log.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/kafka/membership.hpp"
#include "widgetstream/kafka/producer.hpp"

namespace widgetstream {

/// How long this process may write what its tasks make without asking its group: half a session from when its
/// membership was last known to be good. A process that slept, or was cut off, finds the lease run out when it comes
/// back, and asks before it overwrites what others have gone past (decision 0035).
///
/// State    of one assignment at a time; each has a number, and 0 is none.
/// Threads  any.
class MembershipLease {
 public:
  /// `producer` is told to give up what is under way when the tasks are others'.
  MembershipLease(Milliseconds session_timeout, Producer& producer, Logger log);

  /// A new assignment, which stood at `known_good` (Clock::elapsed()).
  void begin(const GroupMetadata& as, std::chrono::nanoseconds known_good);
  /// No task is ours any more.
  void end();

  /// The number of this assignment; 0 when it is not the current one.
  [[nodiscard]] std::uint64_t numberOf(const GroupMetadata& as) const;
  /// The group took a commit under it that was sent at `asked`.
  void confirmed(std::uint64_t number, std::chrono::nanoseconds asked);
  /// The group took none: if this is the current assignment, its tasks are others'.
  void refused(std::uint64_t number);
  /// True once after each refusal that ended an assignment.
  [[nodiscard]] bool takeRefusal() noexcept { return refused_.exchange(false); }

  /// This assignment is the current one.
  [[nodiscard]] bool stands(std::uint64_t number) const noexcept {
    return number != 0 && number == number_.load(std::memory_order_acquire);
  }
  /// There is a current assignment, and it is another.
  [[nodiscard]] bool hasMovedOn(std::uint64_t number) const noexcept {
    const std::uint64_t current = number_.load(std::memory_order_acquire);
    return current != 0 && current != number;
  }
  /// It stands, and need not be asked for.
  [[nodiscard]] bool holds(std::uint64_t number, std::chrono::nanoseconds now) const noexcept {
    return stands(number) && now.count() < good_until_.load(std::memory_order_acquire);
  }
  /// How long to wait for the group's answer.
  [[nodiscard]] Milliseconds answerTimeout() const noexcept { return session_timeout_ / 3; }

 private:
  const Milliseconds session_timeout_;
  Producer& producer_;
  const Logger log_;
  std::atomic<std::uint64_t> number_{0};    // written with mutex_ held
  std::atomic<std::int64_t> good_until_{0};  // written with mutex_ held
  std::atomic<bool> refused_{false};
  mutable std::mutex mutex_;
  std::uint64_t last_number_ = 0;  // guarded by mutex_
  GroupMetadata current_;          // guarded by mutex_; of number_
};

}  // namespace widgetstream
