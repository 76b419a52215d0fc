#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/queries/store_registry.hpp"
#include "runtime/task/task.hpp"
#include "runtime/threads/fetch_slots.hpp"
#include "runtime/threads/thread_messages.hpp"
#include "widgetstream/kafka/consumer.hpp"

namespace widgetstream {

/// What the tasks of a stream thread fetch with.
struct TaskFetching {
  Consumer& consumer;
  std::size_t queue = 0;
  FetchSlots& slots;
  StoreRegistry& stores;
  AutoOffsetReset offset_reset = AutoOffsetReset::earliest;
  /// A partition with more records than this is paused when its task cannot go on.
  std::size_t pause_above = 1000;
};

/// A task on a stream thread: restores it, feeds it, and lets it go.
///
/// Threads  the stream thread.
class HeldTask {
 public:
  HeldTask(TaskOrder order, const TaskEnvironment& environment, TaskFetching& fetching);
  ~HeldTask();
  HeldTask(const HeldTask&) = delete;
  HeldTask& operator=(const HeldTask&) = delete;

  [[nodiscard]] Task& task() noexcept { return task_; }
  [[nodiscard]] const TaskId& id() const noexcept { return task_.id(); }
  [[nodiscard]] bool running() const noexcept { return task_.state() == Task::State::running; }

  /// Opens the stores and begins to restore what they lack, or goes straight on to processing.
  void start(Timestamp now);
  /// Stops fetching and closes the task; nothing is committed.
  void stop() noexcept;

  /// Records of one of the task's partitions, as they came.
  void receive(const FetchSlot& slot, std::span<FetchedRecord> records, Timestamp now);
  void receive(const FetchSlot& slot, const FetchEvent& event, Timestamp now);

  /// Pauses partitions that brought too much, resumes those that have room again.
  void applyBackPressure();
  [[nodiscard]] bool anyPaused() const noexcept { return paused_ > 0; }

  /// True if the group's offsets are those this task committed last: nobody has worked on it since.
  [[nodiscard]] bool standsAt(const CommittedOffsets& committed) const;
  /// Its last commit did not go through.
  bool commit_failed = false;
  /// Clock::elapsed() when its stores' engines were last made to survive a crash.
  std::chrono::nanoseconds engines_flushed_at;
  /// Fetched changelog records that were applied.
  [[nodiscard]] std::uint64_t restoredRecords() const noexcept { return restored_records_; }

 private:
  struct Restoring {
    std::uint64_t tag = 0;
    std::int64_t end = -1;  ///< -1: not known, an end_of_partition event tells
    bool fetching = false;
  };
  [[nodiscard]] bool planRestore(std::size_t changelog);
  void fetchChangelogs(const std::vector<std::size_t>& changelogs);
  void finishRestore(std::size_t changelog, Timestamp now);
  void run(Timestamp now);
  void fetchInputs();
  [[nodiscard]] std::int64_t startOf(const RecordQueue& queue) const;
  void resetInput(std::size_t source, const FetchEvent& event);
  void restartChangelog(std::size_t changelog);

  TaskOrder order_;
  TaskFetching& fetching_;
  const Logger& log_;
  Task task_;
  std::vector<Restoring> restoring_;  // as task_.changelogs()
  std::size_t open_restores_ = 0;
  std::vector<std::uint64_t> input_tags_;  // as task_.queues(); empty until run()
  std::vector<bool> input_paused_;
  std::size_t paused_ = 0;
  std::uint64_t restored_records_ = 0;
};

}  // namespace widgetstream
