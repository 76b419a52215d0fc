#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "runtime/coordination/task_placement.hpp"
#include "runtime/threads/thread_messages.hpp"
#include "runtime/threads/thread_set.hpp"
#include "runtime/topics/partition_plan.hpp"
#include "widgetstream/kafka/consumer.hpp"

namespace widgetstream {

/// Which thread has which task of this process, and the moves between them. A task whose thread changes is handed over
/// by the old one before the new one has it, so that a store is never open twice; what is on its way in between is
/// here.
///
/// Threads  the coordinator's.
class TaskDistribution {
 public:
  /// All are references to what outlives this.
  TaskDistribution(const TopologyGraph& graph, const StreamsConfig& config, Consumer& consumer, ThreadSet& threads);

  /// These are our tasks from now on.
  /// Errors  Error{retriable} when offsets cannot be looked up; nothing has changed then.
  void assign(const PartitionPlan& plan, const GroupMetadata& metadata, const std::vector<TaskId>& tasks,
              Milliseconds timeout);
  /// Threads keep their tasks and do not process, until the next assign().
  void suspend() noexcept;
  /// No task is ours any more.
  void drop() noexcept;

  /// The threads have changed: moves tasks to where they belong now. Those of `retiring` give up theirs.
  void spread();
  /// No task is given to this thread any more.
  void retire(int thread) { retiring_.insert(thread); }
  /// The thread is gone.
  void forget(int thread);
  /// Threads that may be given tasks.
  [[nodiscard]] std::vector<int> placeable() const;

  // What threads report.
  void running(int thread, std::uint64_t order);
  void released(std::map<TaskId, std::unique_ptr<HeldTask>> tasks);
  /// The thread has dropped these tasks; they begin anew after a while.
  void restart(const std::map<TaskId, std::unique_ptr<HeldTask>>& tasks, std::chrono::nanoseconds due);
  /// The thread has dropped all of its tasks.
  void restartAll(int thread, std::chrono::nanoseconds due);

  /// Orders tasks that are due to begin anew. Errors  as assign(); it is tried again later then.
  void step(std::chrono::nanoseconds now, Milliseconds timeout);
  /// The tasks that threads of ours have, or may still have.
  [[nodiscard]] std::set<TaskId> mayBeHere() const;

  /// Every task of ours processes, or is on its way between threads with everything it has.
  [[nodiscard]] bool allRun() const noexcept { return awaited_.empty() && homeless_.empty(); }
  /// Nothing is under way between threads, and nothing awaited of them.
  [[nodiscard]] bool settled() const noexcept { return allRun() && moving_.empty(); }
  [[nodiscard]] bool assigned() const noexcept { return metadata_.has_value() && !suspended_; }

 private:
  struct Move {
    int from = 0;
    int to = 0;
    std::optional<TaskOrder> order;  ///< for the new thread, where the task may not go on as it is
  };
  [[nodiscard]] int lastThread(const TaskId& task) const;
  void give(int thread, std::vector<GivenTask> tasks);
  /// Releases by `from` thread that are to be asked for.
  using Releases = std::map<int, std::vector<TaskId>>;
  static void post(ThreadSet& threads, const Releases& releases);

  const TopologyGraph& graph_;
  const StreamsConfig& config_;
  Consumer& consumer_;
  ThreadSet& threads_;

  PartitionPlan plan_;  // as of the newest assignment
  std::optional<GroupMetadata> metadata_;
  bool suspended_ = false;
  std::vector<TaskId> tasks_;     // of the newest assignment
  TaskPlacement placement_;       // of tasks_
  TaskPlacement last_thread_;     // of every task a thread of ours may still have
  std::set<int> retiring_;
  std::map<TaskId, Move> moving_;                             // asked for, not handed back yet
  std::map<TaskId, std::unique_ptr<HeldTask>> in_hand_;       // handed back while it is not known whose they are
  std::map<TaskId, std::chrono::nanoseconds> homeless_;       // to begin anew, and when
  std::uint64_t order_ = 0;
  std::map<int, std::uint64_t> awaited_;  // threads that do not run all of their tasks yet, and as of which order
};

}  // namespace widgetstream
