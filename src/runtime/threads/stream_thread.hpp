#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/queries/store_registry.hpp"
#include "runtime/threads/commit_cycle.hpp"
#include "runtime/threads/fetch_slots.hpp"
#include "runtime/threads/held_task.hpp"
#include "runtime/threads/thread_messages.hpp"
#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {

/// What a stream thread is made of. Everything referred to outlives it.
struct StreamThreadSetup {
  int index = 0;
  const TopologyGraph& graph;
  const StreamsConfig& config;
  std::filesystem::path state_directory;
  Consumer& consumer;
  Producer& producer;
  Membership& membership;
  MetricsRegistry& metrics;
  StoreRegistry& stores;
  GlobalStores* globals = nullptr;  ///< null: the topology has none
  Mailbox<ThreadReport>& reports;
  PurgeBox& purge;
  std::shared_ptr<EngineResources> engine_resources;
  Logger log;
  const std::atomic<bool>& aborted;
};

/// Runs tasks: fetches, processes, punctuates, commits, step by step. It belongs to no operating-system thread: whoever
/// calls runOnce() is the thread.
///
/// Threads  post() and wake() from any; the rest from one.
/// Errors   none: what goes wrong in a task is reported, the tasks are dropped, and the thread waits for orders.
class StreamThread {
 public:
  explicit StreamThread(const StreamThreadSetup& setup);
  ~StreamThread();
  StreamThread(const StreamThread&) = delete;
  StreamThread& operator=(const StreamThread&) = delete;

  void post(ThreadCommand command);

  /// One round; waits up to `max_wait` for records when there is nothing to do. True if anything was done.
  bool runOnce(Milliseconds max_wait);
  /// Drops its tasks without a commit, as a crash would.
  void abandon() noexcept;
  /// It has closed its tasks and will do nothing more.
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// What the thread did last, for whoever finds it stuck.
  [[nodiscard]] std::optional<TaskId> currentTask() const noexcept;

 private:
  [[nodiscard]] bool step(Milliseconds max_wait);
  void takeOrders();
  void obey(AssignTasks& assign);
  void obey(SuspendTasks& suspend);
  void obey(AbandonTasks& abandon);
  void obey(CloseThread& close);
  void beginLastCommit(std::chrono::nanoseconds deadline);

  [[nodiscard]] bool fetch(Milliseconds max_wait);
  [[nodiscard]] std::size_t poll(Milliseconds wait);
  [[nodiscard]] Milliseconds waitFor(Milliseconds max_wait) const;
  void dispatch();
  [[nodiscard]] bool process();
  [[nodiscard]] bool punctuate();
  void adaptRound(std::chrono::nanoseconds took);
  [[nodiscard]] bool anyStarved() const;
  void applyBackPressure();

  [[nodiscard]] bool commitDue() const;
  void beginCommit();
  void advanceCommit();
  void commitEnded(CommitCycle::Result result);
  void reportRunning();

  void keepOrDrop(const AssignTasks& assign);
  void drop(std::unique_ptr<HeldTask> held) noexcept;
  void dropAll() noexcept;
  void fail(std::exception_ptr error);
  void report(ThreadReport::Kind kind, std::uint64_t order = 0, std::exception_ptr error = {});
  [[nodiscard]] std::vector<HeldTask*> runningTasks() const;
  [[nodiscard]] std::size_t bufferedRecords() const;

  StreamThreadSetup setup_;
  std::string name_;
  Logger log_;
  CacheBudget cache_;
  TaskEnvironment environment_;
  FetchSlots slots_;
  TaskFetching fetching_;
  CommitCycle commit_;
  Mailbox<ThreadCommand> mailbox_;

  std::vector<std::unique_ptr<HeldTask>> tasks_;
  GroupMetadata metadata_;
  FetchBatch batch_;
  std::vector<std::shared_ptr<TaskDeliveries>> under_way_;  // of tasks that are gone

  Timestamp now_;
  std::size_t round_ = 64;  // records a task may process before the next one has its turn
  bool left_over_ = false;  // the last round ended with records that could be processed
  bool blocked_ = false;    // the last round ended with records that cannot be processed yet
  bool any_paused_ = false;
  bool suspended_ = false;
  bool closing_ = false;
  std::atomic<bool> closed_{false};
  std::optional<std::uint64_t> suspend_order_;  // to be answered when the commit has ended
  std::optional<std::uint64_t> running_order_;  // to be answered when all tasks are restored
  std::chrono::nanoseconds next_commit_;
  bool commit_troubled_ = false;
  std::atomic<std::int64_t> current_task_{-1};
  std::shared_ptr<Counter> restored_;
  std::shared_ptr<Gauge> task_count_;
};

}  // namespace widgetstream
