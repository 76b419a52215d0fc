// How a stream thread follows its orders and what it reports.

#include <algorithm>

#include "runtime/threads/stream_thread.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {

void StreamThread::takeOrders() {
  for (ThreadCommand& command : mailbox_.take()) {
    // One that fails must not take the ones behind it along: somebody waits for their answers.
    try {
      std::visit([this](auto& order) { obey(order); }, command);
    } catch (...) {
      fail(std::current_exception());
    }
  }
}

void StreamThread::obey(AssignTasks& assign) {
  commit_.abandon();
  suspend_order_.reset();
  keepOrDrop(assign);
  metadata_ = assign.metadata;
  suspended_ = false;
  running_order_ = assign.order;
  for (TaskOrder& order : assign.tasks) {
    const bool kept =
        std::any_of(tasks_.begin(), tasks_.end(), [&](const auto& held) { return held->id() == order.spec.id; });
    if (kept) continue;
    tasks_.push_back(std::make_unique<HeldTask>(std::move(order), environment_, fetching_));
    tasks_.back()->start(setup_.config.clock->now());
  }
  std::sort(tasks_.begin(), tasks_.end(), [](const auto& a, const auto& b) { return a->id() < b->id(); });
  task_count_->set(static_cast<double>(tasks_.size()));
}

/// A task goes on from its own position when nobody else can have had it: it comes back in the very next generation, or
/// the group still stands where it committed last. Otherwise it starts anew from what is committed (design D2).
void StreamThread::keepOrDrop(const AssignTasks& assign) {
  const bool next = assign.metadata.generation >= 0 && assign.metadata.generation <= metadata_.generation + 1;
  for (auto& held : tasks_) {
    const auto order = std::find_if(assign.tasks.begin(), assign.tasks.end(),
                                    [&](const TaskOrder& candidate) { return candidate.spec.id == held->id(); });
    const bool ours = order != assign.tasks.end() && order->spec.sources == held->task().spec().sources;
    if (ours && (next || (!held->commit_failed && held->standsAt(order->committed)))) continue;
    drop(std::move(held));
  }
  std::erase(tasks_, nullptr);
}

void StreamThread::obey(SuspendTasks& suspend) {
  suspended_ = true;
  running_order_.reset();
  suspend_order_ = suspend.order;
  beginLastCommit(suspend.deadline);
}

void StreamThread::obey(AbandonTasks&) {
  commit_.abandon();
  running_order_.reset();
  suspended_ = true;
  dropAll();
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
    commit_.begin(runningTasks(), metadata_, deadline);
  }
}

void StreamThread::reportRunning() {
  if (suspended_ || !std::all_of(tasks_.begin(), tasks_.end(), [](const auto& held) { return held->running(); }))
    return;
  report(ThreadReport::Kind::running, *running_order_);
  running_order_.reset();
}

void StreamThread::drop(std::unique_ptr<HeldTask> held) noexcept {
  held->stop();
  std::shared_ptr<TaskDeliveries> deliveries = held->task().sharedDeliveries();
  held.reset();
  if (deliveries->all.underWay() > 0) under_way_.push_back(std::move(deliveries));
  std::erase_if(under_way_, [](const auto& kept) { return kept->all.underWay() == 0; });
}

void StreamThread::dropAll() noexcept {
  for (auto& held : tasks_) drop(std::move(held));
  tasks_.clear();
  task_count_->set(0);
}

void StreamThread::abandon() noexcept {
  commit_.abandon();
  batch_.clear();
  dropAll();
  closed_ = true;
}

void StreamThread::fail(std::exception_ptr error) {
  const std::optional<TaskId> task = currentTask();
  log_.error("a stream thread stops with an error",
             {{"thread", name_}, {"task", task ? toString(*task) : "none"}, {"error", exceptionText(error).message}});
  current_task_.store(-1, std::memory_order_relaxed);
  commit_.abandon();
  batch_.clear();
  dropAll();
  left_over_ = blocked_ = false;
  suspended_ = true;
  running_order_.reset();
  report(ThreadReport::Kind::failed, 0, std::move(error));
  if (suspend_order_) report(ThreadReport::Kind::suspended, *suspend_order_);
  suspend_order_.reset();
  if (!closing_) return;
  closed_ = true;
  report(ThreadReport::Kind::closed);
}

void StreamThread::report(ThreadReport::Kind kind, std::uint64_t order, std::exception_ptr error) {
  setup_.reports.post({setup_.index, kind, order, std::move(error)});
}

}  // namespace widgetstream
