#include "runtime/threads/commit_cycle.hpp"

#include <algorithm>

namespace widgetstream {
namespace {

/// How long one step may wait for the producer: between steps the thread reads its orders.
constexpr Milliseconds flush_step{20};
constexpr Milliseconds commit_timeout{5'000};
/// After a crash at most this much and a commit interval is read from the changelogs again.
constexpr std::chrono::seconds engine_flush_interval{60};

}  // namespace

CommitCycle::CommitCycle(const TaskEnvironment& environment, Membership& membership, PurgeBox& purge)
    : environment_(environment),
      membership_(membership),
      purge_(purge),
      commits_(environment.metrics.counter("widgetstream_commits_total", "Commits of stream threads.",
                                           {{"outcome", "committed"}})),
      failures_(environment.metrics.counter("widgetstream_commits_total", "Commits of stream threads.",
                                            {{"outcome", "failed"}})) {}

void CommitCycle::begin(const std::vector<HeldTask*>& tasks, const GroupMetadata& as,
                        std::optional<std::chrono::nanoseconds> deadline) {
  tasks_.clear();
  as_ = as;
  deadline_ = deadline;
  active_ = true;
  for (HeldTask* held : tasks) {
    if (!held->running() || !(held->task().commitNeeded() || held->task().commitRequested())) continue;
    tasks_.push_back(held);
    held->task().prepareCommit();
  }
}

CommitCycle::Result CommitCycle::advance() {
  Result result = Result::failed;
  try {
    result = step();
  } catch (...) {
    markFailed(true);
    active_ = false;
    throw;
  }
  if (result == Result::pending) return result;
  if (!tasks_.empty()) (result == Result::committed ? commits_ : failures_)->add();
  markFailed(result != Result::committed);
  active_ = false;
  return result;
}

CommitCycle::Result CommitCycle::step() {
  if (!sinksFlushed() || !producerFlushed()) return overdue() ? Result::failed : Result::pending;
  return commitOffsets();
}

bool CommitCycle::sinksFlushed() {
  return std::all_of(tasks_.begin(), tasks_.end(), [](HeldTask* held) { return held->task().flushed(); });
}

bool CommitCycle::producerFlushed() {
  for (HeldTask* held : tasks_) {
    Task& task = held->task();
    do {
      if (!environment_.producer.flush(task.deliveries(), flush_step)) return false;
    } while (task.settle());
  }
  return true;
}

CommitCycle::Result CommitCycle::commitOffsets() {
  CommittedOffsets all;
  std::vector<CommittedOffsets> of_task;
  for (HeldTask* held : tasks_) {
    of_task.push_back(held->task().committable());
    all.insert(of_task.back().begin(), of_task.back().end());
  }
  if (!all.empty()) {
    Milliseconds timeout = commit_timeout;
    if (deadline_) {
      const auto left = std::chrono::duration_cast<Milliseconds>(*deadline_ - environment_.clock.elapsed());
      timeout = std::clamp(left, Milliseconds{1}, commit_timeout);
    }
    switch (membership_.commit(all, as_, timeout)) {
      case CommitOutcome::committed:
        break;
      case CommitOutcome::retriable:
        return Result::failed;
      case CommitOutcome::fenced:
        return Result::fenced;
    }
  }
  // State last: a crash before this line replays the changelog a little further, the reverse order would lose updates.
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    tasks_[i]->task().postCommit(of_task[i]);
    purge_.add(tasks_[i]->task().purgeable());
  }
  flushEngines();
  return Result::committed;
}

void CommitCycle::flushEngines() {
  const auto now = environment_.clock.elapsed();
  for (HeldTask* held : tasks_) {
    if (now - held->engines_flushed_at < engine_flush_interval) continue;
    for (StateStore* store : held->task().stores()) store->flushEngine();
    held->engines_flushed_at = now;
  }
}

bool CommitCycle::overdue() const {
  return deadline_ && environment_.clock.elapsed() >= *deadline_;
}

void CommitCycle::abandon() noexcept {
  if (active_) markFailed(true);
  active_ = false;
  tasks_.clear();
}

void CommitCycle::markFailed(bool failed) {
  for (HeldTask* held : tasks_) held->commit_failed = failed;
}

}  // namespace widgetstream
