#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/coordination/state_machine.hpp"
#include "runtime/coordination/task_placement.hpp"
#include "runtime/global/global_state.hpp"
#include "runtime/threads/stream_thread.hpp"
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
  Consumer& consumer;
  std::vector<StreamThread*> threads;
  Mailbox<ThreadReport>& reports;
  PurgeBox& purge;
  StateMachine& state;
  StateDirectory* directory = nullptr;  ///< null: nothing is kept on disk
  GlobalState* globals = nullptr;       ///< null: the topology has no global stores
  UncaughtExceptionHandler uncaught;
  Logger log;
  std::atomic<bool>& aborted;
};

/// Looks after topics, the group and the stream threads: which tasks are ours, who runs them, and when they end. A
/// state machine in steps, none of which waits inside the group's callbacks.
///
/// Threads  step() from one; requestClose() and the questions from any.
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

  /// What the application waits for, for people: "missing source topics: orders"; empty when it runs.
  [[nodiscard]] std::string waitingFor() const;
  /// Once topics are known.
  [[nodiscard]] std::optional<PartitionPlan> plan() const;

 private:
  enum class Phase { preparing, loading_globals, member, revoking, closing, closed };
  struct Assignment {
    GroupMetadata metadata;
    std::vector<TopicPartition> partitions;
  };

  void stepPhase(Milliseconds max_wait);
  void prepare(Milliseconds max_wait);
  void awaitGlobals(Milliseconds max_wait);
  void joinGroup();
  /// Topics that have come to match a pattern, or are gone: the group hears of them.
  void lookForTopics();
  /// Where patterns decide what is read, members may know of different topics for a moment, and then do not agree on
  /// whose task is whose.
  [[nodiscard]] bool groupAgrees();
  void attend(Milliseconds max_wait);
  [[nodiscard]] Milliseconds pollWait(Milliseconds max_wait) const;
  void handle(MembershipEvent& event);
  void beginRevoke();
  void awaitSuspended(Milliseconds max_wait);
  void tryAssign();
  void removePredecessor();
  void purge();

  void takeReports();
  void threadFailed(const ThreadReport& report);
  void shutDownWith(std::exception_ptr error);
  void beginClose(std::chrono::nanoseconds deadline);
  void awaitClosed(Milliseconds max_wait);
  void leave();
  void waitFor(std::string what);
  [[nodiscard]] std::chrono::nanoseconds closeDeadline() const;
  [[nodiscard]] std::chrono::nanoseconds now() const { return setup_.config.clock->elapsed(); }

  CoordinatorSetup setup_;
  Logger log_;
  TopicPreparation preparation_;
  Phase phase_ = Phase::preparing;
  bool failed_ = false;
  bool joined_ = false;
  bool unacknowledged_ = false;

  std::chrono::nanoseconds next_attempt_{0};
  Milliseconds backoff_{100};
  bool trouble_told_ = false;
  std::string last_problem_;
  std::optional<std::string> predecessor_;

  std::optional<Assignment> assignment_;
  bool assignment_pending_ = false;  // threads do not know it yet
  std::chrono::nanoseconds assigned_at_{0};
  TaskPlacement placement_;
  std::uint64_t order_ = 0;
  std::set<int> awaited_;  // threads that have not answered yet: running, suspended or closed
  std::chrono::nanoseconds deadline_{0};
  std::chrono::nanoseconds abort_at_{0};
  std::chrono::nanoseconds next_purge_{0};
  std::chrono::nanoseconds next_look_{0};
  std::optional<std::chrono::nanoseconds> disagrees_since_;

  std::atomic<bool> close_requested_{false};
  mutable std::mutex mutex_;
  std::chrono::nanoseconds close_deadline_{0};  // guarded by mutex_
  std::string waiting_for_;                     // guarded by mutex_
  std::optional<PartitionPlan> plan_;           // guarded by mutex_; written by step() only
};

}  // namespace widgetstream
