#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "runtime/queries/store_registry.hpp"
#include "runtime/task/task.hpp"
#include "runtime/threads/fetch_slots.hpp"
#include "runtime/threads/restore_watch.hpp"
#include "runtime/threads/task_order.hpp"
#include "runtime/threads/under_way.hpp"
#include "widgetstream/kafka/consumer.hpp"
#include "widgetstream/kafka/membership.hpp"

namespace widgetstream {

/// What the tasks of a stream thread work with.
struct TaskFetching {
  Consumer& consumer;
  std::size_t queue = 0;
  FetchSlots& slots;
  StoreRegistry& stores;
  CacheBudget& cache;
  ThreadLease& lease;
  std::string thread;
  const ThreadMetrics* metrics = nullptr;
  /// May be null.
  StateRestoreListener* restore_listener = nullptr;
  AutoOffsetReset offset_reset = AutoOffsetReset::earliest;
  /// A partition with more records than this is paused when its task cannot go on.
  std::size_t pause_above = 1000;
  /// So is one whose records take more.
  std::size_t pause_above_bytes = std::size_t{16} << 20;
};

/// A task of this process: restores it, feeds it, and lets it go. It works on one stream thread and may move to another,
/// with open stores and with the records that wait (design D3).
///
/// Threads  the stream thread that has it; nobody's while it is detached.
class HeldTask {
 public:
  HeldTask(TaskOrder order, const TaskEnvironment& environment, UnderWay& under_way);
  ~HeldTask();
  HeldTask(const HeldTask&) = delete;
  HeldTask& operator=(const HeldTask&) = delete;

  [[nodiscard]] Task& task() noexcept { return task_; }
  [[nodiscard]] const TaskId& id() const noexcept { return task_.id(); }
  [[nodiscard]] bool running() const noexcept { return task_.state() == Task::State::running; }

  /// Starts to work: a new task opens its stores and begins to restore what they lack, one that was detached goes on.
  void attach(TaskFetching& fetching, Timestamp now);
  [[nodiscard]] bool attached() const noexcept { return fetching_ != nullptr; }
  /// Stops to fetch. Everything else stays as it is, for attach().
  void detach();
  /// detach(), and back to the last commit: attach() goes on from there.
  /// Errors  what stores and processors throw: the task is to be stopped then.
  void rollBack(Timestamp now);
  /// Clock::elapsed() until which it does not work, once it was rolled back.
  std::chrono::nanoseconds rests_until{0};
  /// Stops fetching and closes the task; nothing is committed.
  void stop() noexcept;
  /// stop(), and what the task has on disk is put aside, so that the next one restores everything.
  void stopCorrupted() noexcept;

  /// Records of one of the task's partitions, as they came.
  void receive(const FetchSlot& slot, std::span<FetchedRecord> records, Timestamp now);
  void receive(const FetchSlot& slot, const FetchEvent& event, Timestamp now);

  /// Resumes partitions that have room again; pauses those that brought too much, if nothing more may wait. Whoever is
  /// paused loses what the client has fetched for it, which is fetched again.
  void applyBackPressure(bool full);
  [[nodiscard]] bool anyPaused() const noexcept { return paused_ > 0; }
  /// Tells metrics how far behind the task is and what it holds.
  void measure();
  /// Lets the task know of records that the client has fetched and not delivered yet (contract 8.2).
  void lookForLag();

  /// True if the task may go on from where it is under a new assignment: nobody else can have had it, because that is
  /// the very next generation, or because the group stands where this task committed last (design D2).
  [[nodiscard]] bool mayGoOn(const GroupMetadata& as, const TaskOrder& order) const;
  /// The assignment under which it works.
  GroupMetadata assigned_as;
  /// Its last commit did not go through.
  bool commit_failed = false;
  /// What it asked the group to commit, until it is known that the group did and its stores have followed. It cannot go
  /// back to its last commit meanwhile, for nobody knows which one that is.
  CommittedOffsets in_doubt;
  /// One offset that can be committed at any time, because the group stands there, or will begin there; empty when none
  /// is known.
  [[nodiscard]] CommittedOffsets recommittable() const;
  /// Clock::elapsed() when its stores' engines were last made to survive a crash.
  std::chrono::nanoseconds engines_flushed_at;
  /// Fetched changelog records that were applied.
  [[nodiscard]] std::uint64_t restoredRecords() const noexcept { return restored_records_; }
  /// Offsets of its changelogs that are still to be restored.
  [[nodiscard]] std::int64_t restoreRemaining() const noexcept;

 private:
  struct Restoring {
    std::uint64_t tag = 0;
    std::int64_t end = -1;  ///< -1: not known, an end_of_partition event tells
    bool open = false;      ///< the end has not been reached
    std::unique_ptr<RestoreWatch> watch;
  };
  void begin(Timestamp now);
  void watchRestore(std::size_t changelog);
  [[nodiscard]] bool planRestore(std::size_t changelog);
  void fetchChangelogs();
  void finishRestore(std::size_t changelog, Timestamp now);
  void run(Timestamp now);
  void fetchInputs();
  void stopFetching();
  [[nodiscard]] PartitionStart startOf(std::size_t source) const;
  void resetInput(std::size_t source, const FetchEvent& event);
  void restartChangelog(std::size_t changelog);
  [[nodiscard]] bool standsAt(const CommittedOffsets& committed) const;

  TaskOrder order_;
  UnderWay& under_way_;
  const Logger& log_;
  const Clock& clock_;
  Task task_;
  TaskFetching* fetching_ = nullptr;   // null while detached
  StoreRegistry* registry_ = nullptr;  // of whoever was told of the stores
  std::vector<Restoring> restoring_;   // as task_.changelogs()
  std::size_t open_restores_ = 0;
  std::vector<std::uint64_t> input_tags_;  // as task_.queues(); empty while they are not fetched
  std::vector<bool> input_paused_;
  std::size_t paused_ = 0;
  std::uint64_t restored_records_ = 0;
};

}  // namespace widgetstream
