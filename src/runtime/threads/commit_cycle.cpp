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

CommitCycle::CommitCycle(const TaskEnvironment& environment, Membership& membership, ThreadLease& lease,
                         PurgeBox& purge)
    : environment_(environment),
      membership_(membership),
      lease_(lease),
      purge_(purge),
      failed_commits_(environment.metrics.counter("widgetstream_commits_failed_total",
                                                  "Commits that did not go through; the next ones may.")) {}

template <class Step>
void CommitCycle::eachTask(Step&& step) {
  std::erase_if(tasks_, [&](HeldTask* held) {
    try {
      step(*held);
      return false;
    } catch (...) {
      held->commit_failed = true;
      failures_.push_back({held, std::current_exception()});
      return true;
    }
  });
}

void CommitCycle::begin(const std::vector<HeldTask*>& tasks, const GroupMetadata& as,
                        std::optional<std::chrono::nanoseconds> deadline) {
  tasks_.clear();
  as_ = as;
  deadline_ = deadline;
  active_ = true;
  prepared_ = false;
  for (HeldTask* held : tasks) {
    if (held->running() && (held->task().commitNeeded() || held->task().commitRequested())) tasks_.push_back(held);
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
  if (!tasks_.empty() && result != Result::committed) failed_commits_->add();
  markFailed(result != Result::committed);
  active_ = false;
  return result;
}

CommitCycle::Result CommitCycle::step() {
  if (!tasks_.empty()) {
    const ThreadLease::Standing standing = lease_.look();
    if (standing == ThreadLease::Standing::unknown) return overdue() ? Result::failed : Result::pending;
    if (standing != ThreadLease::Standing::good) return Result::fenced;
    if (!std::exchange(prepared_, true)) eachTask([](HeldTask& held) { held.task().prepareCommit(); });
  }
  if (!sinksFlushed() || !producerFlushed()) return overdue() ? Result::failed : Result::pending;
  return commitOffsets();
}

bool CommitCycle::sinksFlushed() {
  bool all = true;
  eachTask([&](HeldTask& held) { all = held.task().flushed() && all; });
  return all;
}

bool CommitCycle::producerFlushed() {
  bool all = true;
  eachTask([&](HeldTask& held) {
    if (!all) return;
    do {
      all = environment_.producer.flush(held.task().deliveries(), flush_step);
    } while (all && held.task().settle());
  });
  return all;
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
    auto offsets = of_task.cbegin();
    for (HeldTask* held : tasks_) held->in_doubt = *offsets++;
    const auto asked = environment_.clock.elapsed();
    switch (membership_.commit(all, as_, timeout)) {
      case CommitOutcome::committed:
        break;
      case CommitOutcome::retriable:
        return Result::failed;
      case CommitOutcome::fenced:
        lease_.refused();
        return Result::fenced;
    }
    lease_.confirmed(asked);
  }
  // State last: a crash before this line replays the changelog a little further, the reverse order would lose updates.
  auto offsets = of_task.cbegin();
  eachTask([&](HeldTask& held) {
    held.task().postCommit(*offsets++);
    held.in_doubt.clear();
    purge_.add(held.task().purgeable());
    flushEngine(held);
  });
  return Result::committed;
}

void CommitCycle::flushEngine(HeldTask& held) {
  const auto now = environment_.clock.elapsed();
  if (now - held.engines_flushed_at < engine_flush_interval) return;
  for (StateStore* store : held.task().stores()) store->flushEngine();
  held.engines_flushed_at = now;
}

bool CommitCycle::overdue() const {
  return deadline_ && environment_.clock.elapsed() >= *deadline_;
}

void CommitCycle::abandon() noexcept {
  if (active_) markFailed(true);
  active_ = false;
  tasks_.clear();
  failures_.clear();
}

void CommitCycle::markFailed(bool failed) {
  for (HeldTask* held : tasks_) held->commit_failed = failed;
}

}  // namespace widgetstream
