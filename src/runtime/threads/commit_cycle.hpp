#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/threads/held_task.hpp"
#include "runtime/threads/purge_box.hpp"
#include "runtime/threads/thread_lease.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/kafka/membership.hpp"

namespace widgetstream {

/// One commit of all tasks of a stream thread, in steps that do not block for long: caches, sinks, producer, offsets,
/// stores (design D4 and D8). Nothing of it is done while it is not known whether the tasks are ours. Tasks must not
/// process while it is active.
///
/// Errors   what a task throws takes that task out of the commit; see takeFailures(). What the group throws ends it.
/// Threads  the stream thread.
class CommitCycle {
 public:
  enum class Result {
    pending,
    committed,
    failed,  ///< not committed this time; positions and stores stand, so a later cycle may
    fenced,  ///< the group takes no commit under this assignment
  };

  CommitCycle(const TaskEnvironment& environment, Membership& membership, ThreadLease& lease, PurgeBox& purge);

  [[nodiscard]] bool active() const noexcept { return active_; }
  /// Begins with those of `tasks` that have something to commit. `deadline` as Clock::elapsed().
  void begin(const std::vector<HeldTask*>& tasks, const GroupMetadata& as,
             std::optional<std::chrono::nanoseconds> deadline);
  /// Brings an active cycle under a deadline, unless it has an earlier one.
  void setDeadline(std::chrono::nanoseconds deadline) noexcept {
    deadline_ = deadline_ ? std::min(*deadline_, deadline) : deadline;
  }
  /// Goes on as far as possible. Once it says anything but pending the cycle is over.
  /// Errors  Error{fatal} when the group refuses commits for good: nothing is committed then, and the cycle is over.
  [[nodiscard]] Result advance();
  void abandon() noexcept;
  /// The caches of the tasks of the newest cycle were flushed.
  [[nodiscard]] bool flushedCaches() const noexcept { return prepared_ || tasks_.empty(); }

  /// A task that threw, taken out of the cycle: what it did is not committed.
  struct Failure {
    HeldTask* task;
    std::exception_ptr error;
  };
  [[nodiscard]] std::vector<Failure> takeFailures() { return std::exchange(failures_, {}); }
  /// The task ends: it takes no part any more.
  void forget(const HeldTask& held) { std::erase(tasks_, &held); }
  /// The tasks of a cycle that has just ended with `committed`.
  [[nodiscard]] const std::vector<HeldTask*>& tasks() const noexcept { return tasks_; }

 private:
  [[nodiscard]] Result step();
  [[nodiscard]] bool sinksFlushed();
  [[nodiscard]] bool producerFlushed();
  [[nodiscard]] Result commitOffsets();
  void flushEngine(HeldTask& held);
  [[nodiscard]] bool overdue() const;
  void markFailed(bool failed);
  /// Calls `step` for each task; one that throws is taken out.
  template <class Step>
  void eachTask(Step&& step);

  const TaskEnvironment& environment_;
  Membership& membership_;
  ThreadLease& lease_;
  PurgeBox& purge_;
  std::shared_ptr<Counter> failed_commits_;

  bool active_ = false;
  bool prepared_ = false;
  std::vector<HeldTask*> tasks_;
  std::vector<Failure> failures_;
  GroupMetadata as_;
  std::optional<std::chrono::nanoseconds> deadline_;
};

}  // namespace widgetstream
