#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <variant>
#include <vector>

#include "runtime/threads/held_task.hpp"
#include "runtime/threads/mailbox.hpp"
#include "runtime/threads/task_order.hpp"
#include "widgetstream/kafka/membership.hpp"

namespace widgetstream {

/// A task on its way to a stream thread: what is known of it, and the task itself if it comes from another thread of
/// this process.
struct GivenTask {
  TaskOrder order;
  std::unique_ptr<HeldTask> held;
};

/// These are the thread's tasks from now on, and no others.
struct AssignTasks {
  /// Comes back with the report.
  std::uint64_t order = 0;
  GroupMetadata metadata;
  std::vector<GivenTask> tasks;
  /// Tasks that another thread of this process is to go on with: handed back in a report, those that may go on alive.
  std::vector<TaskOrder> release;
};
/// Further tasks, under an assignment that the thread may know or not.
struct AdoptTasks {
  std::uint64_t order = 0;
  GroupMetadata metadata;
  std::vector<GivenTask> tasks;
};
/// Commit, then hand these tasks back: another thread goes on with them.
struct ReleaseTasks {
  std::vector<TaskId> tasks;
};
/// Commit everything, then stop processing and keep the tasks: they may come back.
struct SuspendTasks {
  std::uint64_t order = 0;
  std::chrono::nanoseconds deadline{0};  ///< Clock::elapsed(): afterwards the commit is given up
};
/// The tasks are somebody else's: drop them without a commit.
struct AbandonTasks {
  std::uint64_t order = 0;
};
/// Commit, close everything, end.
struct CloseThread {
  std::chrono::nanoseconds deadline{0};
};
using ThreadCommand = std::variant<AssignTasks, AdoptTasks, ReleaseTasks, SuspendTasks, AbandonTasks, CloseThread>;

/// What a stream thread says back.
struct ThreadReport {
  enum class Kind {
    running,    ///< every task that came up to `order` is restored and processes
    released,   ///< answers AssignTasks::release or ReleaseTasks: `tasks`, null for those that could not go on
    suspended,  ///< answers SuspendTasks and AbandonTasks
    closed,     ///< answers CloseThread; nothing more comes
    restart,    ///< `tasks` (all null) were dropped and are to begin anew in `after`
    failed,     ///< `error`; the thread has dropped its tasks and waits for orders
  };
  int thread = 0;
  Kind kind = Kind::running;
  std::uint64_t order = 0;
  std::map<TaskId, std::unique_ptr<HeldTask>> tasks;
  std::chrono::nanoseconds after{0};
  std::exception_ptr error;
};

}  // namespace widgetstream
