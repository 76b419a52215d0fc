#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "runtime/threads/held_task.hpp"
#include "runtime/threads/thread_messages.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/kafka/membership.hpp"

namespace widgetstream {

/// One commit of all tasks of a stream thread, in steps that do not block for long: caches, sinks, producer, offsets,
/// stores (design D4 and D8). Tasks must not process while it is active.
///
/// Threads  the stream thread.
class CommitCycle {
 public:
  enum class Result {
    pending,
    committed,
    failed,  ///< not committed this time; positions and stores stand, so a later cycle may
    fenced,  ///< somebody else owns the tasks
  };

  CommitCycle(const TaskEnvironment& environment, Membership& membership, PurgeBox& purge);

  [[nodiscard]] bool active() const noexcept { return active_; }
  /// Begins with those of `tasks` that have something to commit. `deadline` as Clock::elapsed().
  void begin(const std::vector<HeldTask*>& tasks, const GroupMetadata& as,
             std::optional<std::chrono::nanoseconds> deadline);
  /// Brings an active cycle under a deadline.
  void setDeadline(std::chrono::nanoseconds deadline) noexcept { deadline_ = deadline; }
  /// Goes on as far as possible. Once it says anything but pending the cycle is over.
  /// Errors  what tasks, sinks and the producer throw: nothing is committed then, and the cycle is over.
  [[nodiscard]] Result advance();
  void abandon() noexcept;

 private:
  [[nodiscard]] Result step();
  [[nodiscard]] bool sinksFlushed();
  [[nodiscard]] bool producerFlushed();
  [[nodiscard]] Result commitOffsets();
  void flushEngines();
  [[nodiscard]] bool overdue() const;
  void markFailed(bool failed);

  const TaskEnvironment& environment_;
  Membership& membership_;
  PurgeBox& purge_;
  std::shared_ptr<Counter> commits_;
  std::shared_ptr<Counter> failures_;

  bool active_ = false;
  std::vector<HeldTask*> tasks_;
  GroupMetadata as_;
  std::optional<std::chrono::nanoseconds> deadline_;
};

}  // namespace widgetstream
