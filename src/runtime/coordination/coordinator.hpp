#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/coordination/membership_lease.hpp"
#include "runtime/coordination/state_machine.hpp"
#include "runtime/coordination/task_distribution.hpp"
#include "runtime/coordination/thread_watch.hpp"
#include "runtime/global/global_state.hpp"
#include "runtime/threads/purge_box.hpp"
#include "runtime/threads/thread_set.hpp"
#include "runtime/topics/topic_preparation.hpp"
#include "widgetstream/kafka/admin.hpp"
#include "widgetstream/kafka/membership.hpp"
#include "widgetstream/state/state_directory.hpp"

namespace widgetstream {

/// What a coordinator works with. Everything referred to outlives it.
struct CoordinatorSetup {
  const TopologyGraph& graph;
  const StreamsConfig& config;
  Admin& admin;
  Membership& membership;
  MembershipLease& lease;
  Consumer& consumer;
  ThreadSet& threads;
  Mailbox<ThreadReport>& reports;
  PurgeBox& purge;
  StateMachine& state;
  MetricsRegistry& metrics;
  StateDirectory* directory = nullptr;  ///< null: nothing is kept on disk
  GlobalState* globals = nullptr;       ///< null: the topology has no global stores
  UncaughtExceptionHandler uncaught;
  Logger log;
  std::atomic<bool>& aborted;
};

/// Looks after topics, the group and the stream threads: which tasks are ours, who runs them, and when they end. A
/// state machine in steps, none of which waits inside the group's callbacks.
///
/// Threads  step() from one; requests and questions from any.
class Coordinator {
 public:
  explicit Coordinator(CoordinatorSetup setup);

  /// One step; waits up to `max_wait` when there is nothing to do.
  void step(Milliseconds max_wait);
  /// Everything is closed and the group left.
  [[nodiscard]] bool finished() const noexcept { return phase_ == Phase::closed; }
  /// The state to end in: error after an error.
  [[nodiscard]] StreamsState finalState() const noexcept {
    return failed_ ? StreamsState::error : StreamsState::not_running;
  }

  /// Commit and close everything by `deadline` (Clock::elapsed()).
  void requestClose(std::chrono::nanoseconds deadline);
  /// The name of the thread, once it is there; nothing when the application is ending. The future is also ready, with
  /// nothing, when this coordinator ends.
  using ThreadChange = std::future<std::optional<std::string>>;
  [[nodiscard]] ThreadChange addThread();
  /// The name of the thread that has closed; nothing when there is none, or the application is ending.
  [[nodiscard]] ThreadChange removeThread();

  /// Drops tasks that are on their way between threads. Nobody steps any more.
  void letGo() noexcept;

  /// What the application waits for, for people: "missing source topics: orders"; empty when it runs.
  [[nodiscard]] std::string waitingFor() const;
  /// Once topics are known.
  [[nodiscard]] std::optional<PartitionPlan> plan() const;

 private:
  enum class Phase {
    preparing,  ///< topics
    loading_globals,
    member,     ///< of the group
    revoking,   ///< threads commit, the group waits
    departing,  ///< threads commit before this process leaves the group for a while
    away,       ///< not in the group, for a while
    closing,
    closed,
  };
  struct Assignment {
    GroupMetadata metadata;
    std::vector<TopicPartition> partitions;
  };
  using ThreadPromise = std::promise<std::optional<std::string>>;
  struct ThreadRequest {
    bool add = false;
    ThreadPromise done;
  };

  void stepPhase(Milliseconds max_wait);
  void prepare(Milliseconds max_wait);
  void awaitGlobals(Milliseconds max_wait);
  void join();
  /// Topics that have come to match a pattern, or are gone: the group hears of them.
  void lookForTopics();
  /// Ends the application when an input that was there has been deleted.
  void watchInputs();
  /// Where patterns decide what is read, members may know of different topics for a moment, and then do not agree on
  /// whose task is whose.
  [[nodiscard]] bool groupAgrees();
  void attend(Milliseconds max_wait);
  [[nodiscard]] Milliseconds pollWait(Milliseconds max_wait) const;
  void handle(MembershipEvent& event);
  void waitForGroup();
  void dropTasks();
  void beginRevoke();
  void awaitSuspended(Milliseconds max_wait);
  void tryAssign();
  void orderTasks();
  void removePredecessor();
  void purge();
  void cleanDirectory();
  /// Waits for reports until nothing is awaited or `deadline_` has passed; false while it is to go on.
  [[nodiscard]] bool allReported(Milliseconds max_wait);
  void tellOfSlowThreads(const char* consequence);

  // coordinator_threads.cpp
  void takeThreadRequests();
  void add(ThreadRequest& request);
  void remove(ThreadRequest& request);
  void refuseThreadRequests();
  void threadClosed(int index);
  void watchThreads();
  void depart(const std::string& why, const std::set<int>& stuck);
  void awaitDeparture(Milliseconds max_wait);
  void comeBack(Milliseconds max_wait);

  // coordinator_end.cpp
  void takeReports();
  void take(ThreadReport& report);
  void threadFailed(const ThreadReport& report);
  void shutDownWith(std::exception_ptr error);
  void beginClose(std::chrono::nanoseconds deadline);
  void awaitClosed(Milliseconds max_wait);
  void leave();
  // coordinator_shutdown.cpp
  void obeyShutdownNotice();
  [[nodiscard]] bool announceShutdown();
  [[nodiscard]] std::vector<TopicPartition> inputsOf(const std::vector<TaskId>& tasks) const;
  [[nodiscard]] std::optional<std::pair<TopicPartition, CommittedOffset>> placeForNotice() const;

  [[nodiscard]] ThreadChange request(bool add);
  [[nodiscard]] bool ending() const noexcept { return phase_ == Phase::closing || phase_ == Phase::closed; }
  void waitFor(std::string what);
  [[nodiscard]] std::chrono::nanoseconds closeDeadline() const;
  [[nodiscard]] std::chrono::nanoseconds now() const { return setup_.config.clock->elapsed(); }

  CoordinatorSetup setup_;
  Logger log_;
  TopicPreparation preparation_;
  TaskDistribution distribution_;
  std::shared_ptr<Counter> failed_threads_;
  ThreadWatch watch_;
  Phase phase_ = Phase::preparing;
  bool failed_ = false;
  bool in_group_ = false;
  std::optional<std::int32_t> first_generation_;  // of this process in the group
  bool announce_shutdown_ = false;
  bool unacknowledged_ = false;

  std::chrono::nanoseconds next_attempt_{0};
  Milliseconds backoff_{100};
  bool trouble_told_ = false;
  std::string last_problem_;
  std::chrono::nanoseconds problem_at_{0};
  std::optional<std::string> predecessor_;

  std::optional<Assignment> assignment_;
  bool assignment_pending_ = false;  // threads do not know it yet
  std::chrono::nanoseconds assigned_at_{0};
  std::chrono::nanoseconds group_quiet_at_{0};  // nothing it has told since was on its way before
  std::uint64_t order_ = 0;
  std::set<int> awaited_;  // threads that have not answered yet: suspended or closed
  std::chrono::nanoseconds deadline_{0};
  std::chrono::nanoseconds abort_at_{0};
  std::chrono::nanoseconds next_purge_{0};
  std::chrono::nanoseconds next_look_{0};
  std::optional<std::chrono::nanoseconds> disagrees_since_;
  bool inputs_doubtful_ = false;  // the group has told of a problem since they were last seen
  std::chrono::nanoseconds next_input_look_{0};
  Milliseconds input_look_backoff_{1000};
  int times_gone_ = 0;  // that an input was, one after the other
  std::unique_ptr<AdminRequest> purge_request_;
  std::chrono::nanoseconds next_cleaning_{0};
  std::map<int, ThreadPromise> leaving_threads_;

  std::atomic<bool> close_requested_{false};
  std::atomic<bool> thread_requests_any_{false};
  mutable std::mutex mutex_;
  std::chrono::nanoseconds close_deadline_{0};   // guarded by mutex_
  std::string waiting_for_;                      // guarded by mutex_
  std::optional<PartitionPlan> plan_;            // guarded by mutex_; written by step() only
  std::vector<ThreadRequest> thread_requests_;   // guarded by mutex_
  bool no_more_requests_ = false;                // guarded by mutex_
};

}  // namespace widgetstream
