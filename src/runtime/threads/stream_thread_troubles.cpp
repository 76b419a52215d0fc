// What becomes of a task, and of a stream thread, that meets an error.

#include <algorithm>

#include "runtime/task/retry_requested.hpp"
#include "runtime/threads/on_task.hpp"
#include "runtime/threads/stream_thread.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

enum class Remedy {
  try_again,          ///< a client error that passes: until task.timeout.ms
  as_handler_wishes,  ///< an error handler asked for it: as long as it does
  restore,            ///< the store is damaged: set it aside
  let_go,             ///< the task is somebody else's
  fail,
};

Remedy remedyFor(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const RetryRequested&) {
    return Remedy::as_handler_wishes;
  } catch (const Error& known) {
    switch (known.kind()) {
      case ErrorKind::retriable:
        return Remedy::try_again;
      case ErrorKind::store_corrupted:
        return Remedy::restore;
      case ErrorKind::task_migrated:
        return Remedy::let_go;
      default:
        return Remedy::fail;
    }
  } catch (...) {
    return Remedy::fail;
  }
}

}  // namespace

/// The tasks of this step that threw begin anew, each by itself, unless one of the errors is the whole thread's.
void StreamThread::settleTroubles() {
  std::exception_ptr fatal;
  for (CommitCycle::Failure& trouble : std::exchange(troubles_, {})) {
    try {
      const bool here =
          std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& held) { return held.get() == trouble.task; });
      if (here) beginAnew(*trouble.task, trouble.error);
    } catch (...) {
      if (!fatal) fatal = std::current_exception();
    }
  }
  if (fatal) std::rethrow_exception(fatal);
}

void StreamThread::beginAnew(HeldTask& held, const std::exception_ptr& error) {
  const Remedy remedy = remedyFor(error);
  if (remedy == Remedy::fail) {
    view_.at(held.id());
    std::rethrow_exception(error);
  }
  const TaskId id = held.id();
  const std::string what = exceptionText(error).message;
  const TaskAttempts::Trouble trouble = attempts_.failed(id, elapsed());
  const Milliseconds pause = attempts_.pause(trouble);
  if (remedy == Remedy::try_again && elapsed() - trouble.since >= shared_.config.task_timeout) {
    throw Error{ErrorKind::fatal, "task " + toString(id) + " has not got through for " +
                                      std::to_string(shared_.config.task_timeout.count()) +
                                      " ms (task.timeout.ms): " + what};
  }
  log_.warning(remedy == Remedy::restore  ? "a store of a task is damaged: it is set aside and restored"
               : remedy == Remedy::let_go ? "a task belongs to another instance now and is dropped"
                                          : "a task begins anew from its last commit",
               {{"thread", name_},
                {"task", toString(id)},
                {"attempt", std::to_string(trouble.count)},
                {"pause ms", std::to_string(pause.count())},
                {"error", what}});
  commit_.forget(held);
  const bool again = remedy == Remedy::try_again || remedy == Remedy::as_handler_wishes;
  if (again && !closing_ && rolledBack(held, pause)) return;
  if (remedy == Remedy::restore) held.stopCorrupted();
  drop(take(id));
  countTasks();
  publish();
  if (remedy == Remedy::let_go || closing_) return;
  ThreadReport restart{index_, ThreadReport::Kind::restart, 0, {}, pause, {}};
  restart.tasks[id] = nullptr;
  report(std::move(restart));
}

/// Stores stay open: the task goes on from its last commit after the pause, and nobody else notices. One that had not
/// begun to process has nothing to go back to; one whose offsets may be committed while its stores are not would lose
/// what lies between.
bool StreamThread::rolledBack(HeldTask& held, Milliseconds pause) {
  if (!held.running() || !held.in_doubt.empty()) return false;
  try {
    held.rollBack(shared_.config.clock->now());
  } catch (...) {
    log_.warning("a task cannot go back to its last commit: it is closed and restored",
                 {{"task", toString(held.id())}, {"error", exceptionText(std::current_exception()).message}});
    return false;
  }
  held.task().setAttempts(attempts_.count(held.id()));
  held.rests_until = elapsed() + std::chrono::nanoseconds{pause};
  any_rest_ = true;
  return true;
}

void StreamThread::endRests() {
  any_rest_ = false;
  for (const auto& held : tasks_) {
    if (held->attached()) continue;
    if (elapsed() < held->rests_until) {
      any_rest_ = true;
      continue;
    }
    onTask(*held, [&] { held->attach(fetching_, shared_.config.clock->now()); });
  }
}

void StreamThread::drop(std::unique_ptr<HeldTask> held) noexcept {
  held->stop();
  held.reset();
  metrics_.taskClosed(elapsed());
}

void StreamThread::dropAll() noexcept {
  for (auto& held : tasks_) drop(std::move(held));
  tasks_.clear();
  troubles_.clear();
  countTasks();
}

void StreamThread::abandon() noexcept {
  commit_.abandon();
  batch_.clear();
  dropAll();
  (void)mailbox_.take();  // tasks on their way here
  closed_ = true;
}

void StreamThread::fail(std::exception_ptr error) {
  const std::optional<TaskId> task = view_.currentTask();
  log_.error("a stream thread stops with an error",
             {{"thread", name_}, {"task", task ? toString(*task) : "none"}, {"error", exceptionText(error).message}});
  commit_.abandon();
  batch_.clear();
  dropAll();
  attempts_.clear();
  left_over_ = blocked_ = false;
  suspended_ = true;
  running_order_.reset();
  ThreadReport failed{index_, ThreadReport::Kind::failed, 0, {}, {}, std::move(error)};
  report(std::move(failed));
  if (!releasing_.empty()) release(std::exchange(releasing_, {}));
  if (suspend_order_) report(ThreadReport::Kind::suspended, *suspend_order_);
  suspend_order_.reset();
  publish();
  if (closing_) end();
}

}  // namespace widgetstream
