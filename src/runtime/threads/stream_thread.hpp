#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/memory/memory_plan.hpp"
#include "runtime/metrics/thread_metrics.hpp"
#include "runtime/queries/store_registry.hpp"
#include "runtime/threads/commit_cycle.hpp"
#include "runtime/threads/fetch_slots.hpp"
#include "runtime/threads/held_task.hpp"
#include "runtime/threads/task_attempts.hpp"
#include "runtime/threads/thread_lease.hpp"
#include "runtime/threads/thread_messages.hpp"
#include "runtime/threads/thread_view.hpp"
#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {

/// What the stream threads of an application share. Everything referred to outlives them.
struct SharedByThreads {
  const StreamsConfig& config;
  const MemoryPlan& memory;
  const TaskEnvironment& environment;
  /// `<client.id>`: thread names begin with it.
  std::string client_id;
  Consumer& consumer;
  Membership& membership;
  MembershipLease& lease;
  StoreRegistry& stores;
  Mailbox<ThreadReport>& reports;
  PurgeBox& purge;
  UnderWay& under_way;
  const std::atomic<bool>& aborted;
  /// KafkaStreams::pause()
  const std::atomic<bool>& paused;
  /// May be null.
  StateRestoreListener* restore_listener;
  /// How many threads share caches and uncommitted changes.
  const std::atomic<std::size_t>& thread_count;
};

/// Runs tasks: fetches, processes, punctuates, commits, step by step. It belongs to no operating-system thread: whoever
/// calls runOnce() is the thread.
///
/// Threads  post(), wake() and view() from any; the rest from one.
/// Errors   none leaves it. A task that meets a passing error begins anew by itself; after any other error the tasks are
///          dropped, the error is reported, and the thread waits for orders.
class StreamThread {
 public:
  /// `index` counts from 0 and is the number of its queue at the consumer.
  StreamThread(int index, SharedByThreads& shared);
  ~StreamThread();
  StreamThread(const StreamThread&) = delete;
  StreamThread& operator=(const StreamThread&) = delete;

  void post(ThreadCommand command);
  /// Ends a wait for records or orders.
  void wake();

  /// One round; waits up to `max_wait` for records when there is nothing to do. True if anything was done.
  bool runOnce(Milliseconds max_wait);
  /// Drops its tasks without a commit, as a crash would.
  void abandon() noexcept;
  /// It has closed its tasks and will do nothing more.
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] int index() const noexcept { return index_; }
  /// Kafka Streams' name: `<client id>-StreamThread-<n>`, n from 1.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const ThreadView& view() const noexcept { return view_; }

 private:
  [[nodiscard]] bool step(Milliseconds max_wait);
  [[nodiscard]] bool work();
  [[nodiscard]] bool mayWork();
  [[nodiscard]] bool wantsToWrite() const;
  [[nodiscard]] CommittedOffsets recommittable();
  void fencedOff();

  void takeOrders();
  void obey(AssignTasks& assign);
  void obey(AdoptTasks& adopt);
  void obey(ReleaseTasks& release);
  void obey(SuspendTasks& suspend);
  void obey(AbandonTasks& abandon);
  void obey(CloseThread& close);
  void end();
  void beginLastCommit(std::chrono::nanoseconds deadline);
  void adopt(std::vector<GivenTask>& tasks);
  void release(const std::set<TaskId>& tasks);
  [[nodiscard]] std::unique_ptr<HeldTask> take(const TaskId& task);
  [[nodiscard]] std::unique_ptr<HeldTask> detached(std::unique_ptr<HeldTask> held) noexcept;

  [[nodiscard]] bool fetch(Milliseconds max_wait);
  [[nodiscard]] std::size_t poll(Milliseconds wait, std::size_t most);
  [[nodiscard]] Milliseconds waitFor(Milliseconds max_wait) const;
  [[nodiscard]] Milliseconds untilCommit() const;
  void dispatch();
  [[nodiscard]] bool process();
  [[nodiscard]] bool punctuate();
  void adaptRound(std::chrono::nanoseconds took);
  [[nodiscard]] bool anyStarved() const;
  void applyBackPressure();

  [[nodiscard]] bool commitDue();
  /// What the stores have that is not committed; tells others what the thread holds.
  [[nodiscard]] std::size_t lookAtMemory();
  void advanceCommit();
  void commitEnded(CommitCycle::Result result);
  void giveBack();
  /// Queries may have found files of stores damaged.
  void checkStores();
  void reportRunning();

  /// Calls `step`, which works on `held`; what it throws is the task's trouble, see settleTroubles().
  template <class Step>
  void onTask(HeldTask& held, Step&& step);
  void settleTroubles();
  void endRests();
  void beginAnew(HeldTask& held, const std::exception_ptr& error);
  [[nodiscard]] bool rolledBack(HeldTask& held, Milliseconds pause);
  void drop(std::unique_ptr<HeldTask> held) noexcept;
  void dropAll() noexcept;
  void fail(std::exception_ptr error);

  void report(ThreadReport::Kind kind, std::uint64_t order = 0);
  void report(ThreadReport report);
  void publish();
  void countTasks() noexcept;
  void summarize();
  void beginCommit(std::optional<std::chrono::nanoseconds> deadline);
  [[nodiscard]] ThreadState threadState() const;
  [[nodiscard]] bool inTrouble(const HeldTask& held) const;
  [[nodiscard]] bool fits(const HeldTask& held) const;  // runs and is in no trouble
  [[nodiscard]] std::vector<HeldTask*> runningTasks() const;
  /// Records that wait for their tasks, and what they take.
  struct Waiting {
    std::size_t records = 0;
    std::size_t bytes = 0;
  };
  [[nodiscard]] Waiting waiting() const;
  [[nodiscard]] bool enoughWaits(const Waiting& waiting, std::size_t records) const noexcept;
  [[nodiscard]] std::chrono::nanoseconds elapsed() const { return shared_.config.clock->elapsed(); }
  [[nodiscard]] bool paused() const noexcept { return shared_.paused.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t shareOf(std::size_t bytes) const noexcept;

  const int index_;
  SharedByThreads& shared_;
  const std::string name_;
  Logger log_;
  ThreadView view_;
  ThreadMetrics metrics_;
  CacheBudget cache_;
  FetchSlots slots_;
  ThreadLease lease_;
  TaskFetching fetching_;
  CommitCycle commit_;
  TaskAttempts attempts_;
  Mailbox<ThreadCommand> mailbox_;

  std::vector<std::unique_ptr<HeldTask>> tasks_;
  GroupMetadata metadata_;
  FetchBatch batch_;
  std::vector<CommitCycle::Failure> troubles_;  // of this step

  Timestamp now_;
  std::size_t round_ = 64;  // records a task may process before the next one has its turn
  bool left_over_ = false;  // the last round ended with records that could be processed
  bool blocked_ = false;    // the last round ended with records that cannot be processed yet
  bool any_paused_ = false;
  bool any_rest_ = false;   // tasks that were rolled back wait for their next attempt
  bool assigned_ = false;
  bool suspended_ = false;
  bool fenced_ = false;  // under metadata_
  bool closing_ = false;
  std::atomic<bool> closed_{false};
  std::set<TaskId> releasing_;                  // to be handed back when the commit has ended
  std::optional<std::uint64_t> suspend_order_;  // to be answered when the commit has ended
  std::optional<std::uint64_t> running_order_;  // to be answered when all tasks are restored
  std::chrono::nanoseconds next_commit_;
  bool commit_troubled_ = false;
  std::chrono::nanoseconds commit_began_{0};
  std::chrono::nanoseconds next_measuring_{0};
  std::chrono::nanoseconds next_summary_{0};
  struct Done {
    std::uint64_t records = 0;
    std::uint64_t punctuations = 0;
    std::uint64_t commits = 0;
  } done_;  // since the last summary
};

}  // namespace widgetstream
