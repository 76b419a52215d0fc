#include "runtime/coordination/task_distribution.hpp"

#include <algorithm>

#include "runtime/coordination/task_lookup.hpp"

namespace widgetstream {
namespace {

constexpr std::chrono::nanoseconds ask_again{std::chrono::milliseconds{100}};

}  // namespace

TaskDistribution::TaskDistribution(const TopologyGraph& graph, const StreamsConfig& config, Consumer& consumer,
                                   ThreadSet& threads)
    : graph_(graph), config_(config), consumer_(consumer), threads_(threads) {}

std::vector<int> TaskDistribution::placeable() const {
  std::vector<int> indices;
  for (const auto& thread : threads_.all()) {
    if (!retiring_.contains(thread->index()) && !thread->closed()) indices.push_back(thread->index());
  }
  return indices;
}

int TaskDistribution::lastThread(const TaskId& task) const {
  const auto known = last_thread_.find(task);
  return known == last_thread_.end() ? -1 : known->second;
}

void TaskDistribution::assign(const PartitionPlan& plan, const GroupMetadata& metadata,
                              const std::vector<TaskId>& tasks, Milliseconds timeout) {
  std::vector<TaskOrder> orders = orderTasks(graph_, config_.application_id, plan, tasks, consumer_, timeout);
  plan_ = plan;
  metadata_ = metadata;
  suspended_ = false;
  tasks_ = tasks;
  placement_ = placeTasks(tasks, placeable(), last_thread_);
  homeless_.clear();
  awaited_.clear();
  ++order_;

  std::map<int, AssignTasks> of_thread;
  for (const auto& thread : threads_.all()) of_thread[thread->index()] = {order_, metadata, {}, {}};
  std::map<TaskId, Move> moves;
  for (TaskOrder& order : orders) {
    const TaskId id = order.spec.id;
    const int to = placement_.at(id);
    int from = lastThread(id);
    // Whoever was asked for a task hands it back, even if it is to stay there.
    const auto asked = moving_.find(id);
    if (asked != moving_.end()) from = asked->second.from;
    std::unique_ptr<HeldTask> held;
    if (const auto hand = in_hand_.find(id); hand != in_hand_.end()) held = std::move(hand->second);
    if (!held && of_thread.contains(from) && (from != to || asked != moving_.end())) {
      of_thread[from].release.push_back(order);
      moves[id] = Move{from, to, std::move(order)};
    } else {
      of_thread[to].tasks.push_back({std::move(order), std::move(held)});
      last_thread_[id] = to;
    }
  }
  in_hand_.clear();
  moving_ = std::move(moves);
  for (auto& [index, assign] : of_thread) {
    awaited_[index] = order_;
    threads_.find(index)->post(std::move(assign));
  }
}

void TaskDistribution::suspend() noexcept {
  suspended_ = true;
  homeless_.clear();
  awaited_.clear();
}

void TaskDistribution::drop() noexcept {
  suspend();
  metadata_.reset();
  tasks_.clear();
  in_hand_.clear();
}

void TaskDistribution::spread() {
  Releases releases;
  for (const auto& [task, thread] : last_thread_) {
    if (retiring_.contains(thread) && !moving_.contains(task)) releases[thread].push_back(task);
  }
  const std::vector<int> threads = placeable();
  if (assigned() && !threads.empty()) {
    placement_ = placeTasks(tasks_, threads, placement_);
    for (const auto& [task, to] : placement_) {
      const auto moving = moving_.find(task);
      if (moving != moving_.end()) {
        moving->second.to = to;
      } else if (const int from = lastThread(task); from != to && !homeless_.contains(task)) {
        if (!retiring_.contains(from)) releases[from].push_back(task);
        moving_[task] = Move{from, to, std::nullopt};
      }
    }
  }
  post(threads_, releases);
}

void TaskDistribution::post(ThreadSet& threads, const Releases& releases) {
  for (const auto& [index, tasks] : releases) {
    if (const auto thread = threads.find(index)) thread->post(ReleaseTasks{tasks});
  }
}

std::set<TaskId> TaskDistribution::mayBeHere() const {
  std::set<TaskId> tasks{tasks_.begin(), tasks_.end()};
  for (const auto& [task, thread] : last_thread_) tasks.insert(task);
  for (const auto& [task, move] : moving_) tasks.insert(task);
  for (const auto& [task, held] : in_hand_) tasks.insert(task);
  return tasks;
}

void TaskDistribution::forget(int thread) {
  retiring_.erase(thread);
  awaited_.erase(thread);
  std::erase_if(last_thread_, [&](const auto& known) { return known.second == thread; });
}

void TaskDistribution::give(int thread, std::vector<GivenTask> tasks) {
  const auto to = threads_.find(thread);
  if (!to) {
    for (const GivenTask& given : tasks) homeless_[given.order.spec.id] = std::chrono::nanoseconds{0};
    return;
  }
  for (const GivenTask& given : tasks) last_thread_[given.order.spec.id] = thread;
  awaited_[thread] = ++order_;
  to->post(AdoptTasks{order_, *metadata_, std::move(tasks)});
}

void TaskDistribution::running(int thread, std::uint64_t order) {
  const auto known = awaited_.find(thread);
  if (known == awaited_.end() || known->second != order) return;
  awaited_.erase(known);
  // It has followed the assignment, so it has let go of what is not ours any more.
  std::erase_if(last_thread_, [&](const auto& last) {
    return last.second == thread && !placement_.contains(last.first) && !moving_.contains(last.first);
  });
}

void TaskDistribution::released(std::map<TaskId, std::unique_ptr<HeldTask>> tasks) {
  for (auto& [id, held] : tasks) {
    const auto move = moving_.find(id);
    if (suspended_ || !metadata_) {
      if (move != moving_.end()) moving_.erase(move);
      last_thread_.erase(id);
      if (held) in_hand_[id] = std::move(held);
      continue;
    }
    if (move == moving_.end()) continue;  // nobody wants it: it ends here
    Move wanted = std::move(move->second);
    moving_.erase(move);
    last_thread_.erase(id);
    if (!held && !wanted.order) {
      homeless_[id] = std::chrono::nanoseconds{0};  // it failed before it could be handed over
      continue;
    }
    std::vector<GivenTask> given;
    given.push_back({wanted.order ? std::move(*wanted.order) : TaskOrder{held->task().spec(), {}, {}}, std::move(held)});
    give(wanted.to, std::move(given));
  }
}

void TaskDistribution::restart(const std::map<TaskId, std::unique_ptr<HeldTask>>& tasks, std::chrono::nanoseconds due) {
  if (!assigned()) return;
  for (const auto& [id, none] : tasks) {
    if (placement_.contains(id) && !moving_.contains(id)) homeless_[id] = due;
  }
}

void TaskDistribution::restartAll(int thread, std::chrono::nanoseconds due) {
  awaited_.erase(thread);
  if (!assigned()) return;
  for (const auto& [id, on] : last_thread_) {
    if (on == thread && placement_.contains(id) && !moving_.contains(id)) homeless_[id] = due;
  }
}

void TaskDistribution::step(std::chrono::nanoseconds now, Milliseconds timeout) {
  std::vector<TaskId> due;
  for (const auto& [id, at] : homeless_) {
    if (at <= now) due.push_back(id);
  }
  if (due.empty() || !assigned()) return;
  for (const TaskId& id : due) homeless_[id] = now + ask_again;  // should the question fail
  std::map<int, std::vector<GivenTask>> of_thread;
  for (TaskOrder& order : orderTasks(graph_, config_.application_id, plan_, due, consumer_, timeout)) {
    const TaskId id = order.spec.id;
    homeless_.erase(id);
    of_thread[placement_.at(id)].push_back({std::move(order), nullptr});
  }
  for (auto& [thread, tasks] : of_thread) give(thread, std::move(tasks));
}

}  // namespace widgetstream
