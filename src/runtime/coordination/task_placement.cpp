#include "runtime/coordination/task_placement.hpp"

#include <algorithm>

namespace widgetstream {

TaskPlacement placeTasks(const std::vector<TaskId>& tasks, int threads, const TaskPlacement& before) {
  const std::size_t count = static_cast<std::size_t>(threads);
  const std::size_t least = tasks.size() / count;
  std::size_t larger = tasks.size() % count;  // so many threads have one more than `least`
  std::vector<std::size_t> load(count, 0);
  TaskPlacement placement;
  std::vector<TaskId> homeless;
  for (const TaskId& task : tasks) {
    const auto known = before.find(task);
    const bool placed = known != before.end() && known->second < threads;
    std::size_t* on_thread = placed ? &load[static_cast<std::size_t>(known->second)] : nullptr;
    if (on_thread && *on_thread < least) {
      ++*on_thread;
    } else if (on_thread && *on_thread == least && larger > 0) {
      ++*on_thread;
      --larger;
    } else {
      homeless.push_back(task);
      continue;
    }
    placement[task] = known->second;
  }
  for (const TaskId& task : homeless) {
    const auto emptiest = std::min_element(load.begin(), load.end());
    ++*emptiest;
    placement[task] = static_cast<int>(emptiest - load.begin());
  }
  return placement;
}

}  // namespace widgetstream
