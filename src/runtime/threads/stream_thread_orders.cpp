// How a stream thread follows its orders, and what it tells of itself.

#include <algorithm>

#include "runtime/threads/on_task.hpp"
#include "runtime/threads/stream_thread.hpp"

namespace widgetstream {
namespace {

/// A task that moves within the process is committed first; when that takes longer it moves with what it has.
constexpr std::chrono::nanoseconds release_deadline{std::chrono::seconds{5}};

}  // namespace

void StreamThread::takeOrders() {
  for (ThreadCommand& command : mailbox_.take()) {
    if (closed_) return;
    // One that fails must not take the ones behind it along: somebody waits for their answers.
    try {
      std::visit([this](auto& order) { obey(order); }, command);
    } catch (...) {
      fail(std::current_exception());
    }
  }
  publish();
}

void StreamThread::obey(AssignTasks& assign) {
  const bool flushed = commit_.flushedCaches();
  commit_.abandon();
  suspend_order_.reset();
  releasing_.clear();
  settleTroubles();
  assigned_ = true;
  metadata_ = assign.metadata;
  lease_.take(metadata_);
  suspended_ = false;
  fenced_ = false;
  running_order_ = assign.order;

  ThreadReport given_back{index_, ThreadReport::Kind::released, assign.order, {}, {}, {}};
  for (TaskOrder& order : assign.release) {
    std::unique_ptr<HeldTask> held = take(order.spec.id);
    const bool movable = held && (flushed || !held->task().commitNeeded());
    const bool goes_on = movable && held->mayGoOn(metadata_, order);
    given_back.tasks[order.spec.id] = goes_on ? detached(std::move(held)) : nullptr;
    if (held) drop(std::move(held));
  }
  if (!given_back.tasks.empty()) report(std::move(given_back));
  if (closing_) return end();

  // Those that stay are taken out and given back to this thread like the others.
  for (GivenTask& given : assign.tasks) {
    if (!given.held) given.held = take(given.order.spec.id);
  }
  dropAll();
  adopt(assign.tasks);
}

void StreamThread::obey(AdoptTasks& order) {
  if (closing_) return;
  fenced_ = fenced_ && metadata_ == order.metadata;
  metadata_ = order.metadata;
  lease_.take(metadata_);
  assigned_ = true;
  suspended_ = fenced_;
  running_order_ = order.order;
  adopt(order.tasks);
}

void StreamThread::adopt(std::vector<GivenTask>& tasks) {
  for (GivenTask& given : tasks) {
    const TaskId id = given.order.spec.id;
    if (std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& held) { return held->id() == id; })) continue;
    std::unique_ptr<HeldTask> held = std::move(given.held);
    if (held && !held->mayGoOn(metadata_, given.order)) drop(std::move(held));
    const bool goes_on = held && held->attached();
    if (!held) {
      held = std::make_unique<HeldTask>(std::move(given.order), shared_.environment, shared_.under_way);
      metrics_.taskCreated(elapsed());
    }
    held->assigned_as = metadata_;
    held->task().setAttempts(attempts_.count(id));
    tasks_.push_back(std::move(held));
    if (goes_on) continue;
    HeldTask& added = *tasks_.back();
    onTask(added, [&] { added.attach(fetching_, shared_.config.clock->now()); });
  }
  std::sort(tasks_.begin(), tasks_.end(), [](const auto& a, const auto& b) { return a->id() < b->id(); });
  countTasks();
}

void StreamThread::obey(ReleaseTasks& order) {
  releasing_.insert(order.tasks.begin(), order.tasks.end());
  beginLastCommit(elapsed() + release_deadline);
}

/// Tasks that are not here any more, because they failed meanwhile, are answered with nothing.
void StreamThread::release(const std::set<TaskId>& tasks) {
  ThreadReport given_back{index_, ThreadReport::Kind::released, 0, {}, {}, {}};
  for (const TaskId& id : tasks) {
    std::unique_ptr<HeldTask> held = take(id);
    attempts_.forget(id);
    // Caches count within the thread's budget, so only flushed ones may move.
    const bool movable = held && (commit_.flushedCaches() || !held->task().commitNeeded());
    given_back.tasks[id] = movable ? detached(std::move(held)) : nullptr;
    if (held) drop(std::move(held));
  }
  countTasks();
  report(std::move(given_back));
}

/// Null when it cannot be; then it is closed.
std::unique_ptr<HeldTask> StreamThread::detached(std::unique_ptr<HeldTask> held) noexcept {
  try {
    held->detach();
    return held;
  } catch (...) {
    log_.warning("a task cannot move to another thread as it is",
                 {{"task", toString(held->id())}, {"error", exceptionText(std::current_exception()).message}});
    drop(std::move(held));
    return nullptr;
  }
}

std::unique_ptr<HeldTask> StreamThread::take(const TaskId& task) {
  const auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const auto& held) { return held->id() == task; });
  if (found == tasks_.end()) return nullptr;
  std::unique_ptr<HeldTask> taken = std::move(*found);
  tasks_.erase(found);
  return taken;
}

void StreamThread::obey(SuspendTasks& suspend) {
  suspended_ = true;
  running_order_.reset();
  suspend_order_ = suspend.order;
  beginLastCommit(suspend.deadline);
}

void StreamThread::obey(AbandonTasks& abandon) {
  commit_.abandon();
  running_order_.reset();
  suspend_order_.reset();
  suspended_ = true;
  dropAll();
  attempts_.clear();
  if (!releasing_.empty()) release(std::exchange(releasing_, {}));
  report(ThreadReport::Kind::suspended, abandon.order);
}

void StreamThread::obey(CloseThread& close) {
  suspended_ = true;
  closing_ = true;
  running_order_.reset();
  beginLastCommit(close.deadline);
}

void StreamThread::beginLastCommit(std::chrono::nanoseconds deadline) {
  // Nothing was processed since an active cycle began, so it will do.
  if (commit_.active()) {
    commit_.setDeadline(deadline);
  } else {
    beginCommit(deadline);
  }
}

void StreamThread::end() {
  dropAll();
  closed_ = true;
  publish();
  report(ThreadReport::Kind::closed);
}

void StreamThread::reportRunning() {
  if (suspended_ || !std::all_of(tasks_.begin(), tasks_.end(), [](const auto& held) { return held->running(); }))
    return;
  report(ThreadReport::Kind::running, *running_order_);
  running_order_.reset();
  publish();
}

void StreamThread::report(ThreadReport::Kind kind, std::uint64_t order) {
  report(ThreadReport{index_, kind, order, {}, {}, {}});
}

void StreamThread::report(ThreadReport report) {
  shared_.reports.post(std::move(report));
}

ThreadState StreamThread::threadState() const {
  if (closed_) return ThreadState::dead;
  if (closing_) return ThreadState::pending_shutdown;
  if (suspended_) return ThreadState::partitions_revoked;
  if (!assigned_) return ThreadState::starting;
  const bool all = std::all_of(tasks_.begin(), tasks_.end(), [](const auto& held) { return held->running(); });
  return all ? ThreadState::running : ThreadState::partitions_assigned;
}

void StreamThread::publish() {
  ThreadMetadata metadata;
  metadata.thread_name = name_;
  metadata.thread_state = threadState();
  metadata.consumer_client_id = shared_.client_id + "-consumer";
  metadata.producer_client_id = shared_.client_id + "-producer";
  metadata.admin_client_id = shared_.client_id + "-admin";
  for (const auto& held : tasks_) {
    TaskMetadata& task = metadata.active_tasks.emplace_back();
    task.task_id = held->id();
    task.time_current_idling_started = held->task().idleSince();
    for (const RecordQueue& queue : std::as_const(held->task()).queues()) {
      task.topic_partitions.push_back(queue.partition());
      if (queue.committedOffset() >= 0) task.committed_offsets[queue.partition()] = queue.committedOffset();
      if (const auto end = shared_.consumer.knownEnd(queue.partition())) task.end_offsets[queue.partition()] = *end;
    }
  }
  metrics_.setState(metadata.thread_state);
  view_.publish(std::move(metadata));
}

}  // namespace widgetstream
