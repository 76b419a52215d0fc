#include "runtime/coordination/task_placement.hpp"

#include <algorithm>

namespace widgetstream {

TaskPlacement placeTasks(const std::vector<TaskId>& tasks, const std::vector<int>& threads,
                         const TaskPlacement& before) {
  const std::size_t least = tasks.size() / threads.size();
  std::size_t larger = tasks.size() % threads.size();  // so many threads have one more than `least`
  std::map<int, std::size_t> load;
  for (const int thread : threads) load[thread] = 0;
  TaskPlacement placement;
  std::vector<TaskId> homeless;
  for (const TaskId& task : tasks) {
    const auto known = before.find(task);
    const auto home = known == before.end() ? load.end() : load.find(known->second);
    const bool has_room = home != load.end() && (home->second < least || (home->second == least && larger > 0));
    if (!has_room) {
      homeless.push_back(task);
      continue;
    }
    if (home->second == least) --larger;
    ++home->second;
    placement[task] = home->first;
  }
  for (const TaskId& task : homeless) {
    const auto emptiest =
        std::min_element(load.begin(), load.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    ++emptiest->second;
    placement[task] = emptiest->first;
  }
  return placement;
}

}  // namespace widgetstream
