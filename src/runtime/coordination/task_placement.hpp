#pragma once

#include <map>
#include <vector>

#include "widgetstream/core/task_id.hpp"

namespace widgetstream {

/// Which stream thread runs which task.
using TaskPlacement = std::map<TaskId, int>;

/// Spreads tasks over threads (at least one, by their indices): none has two more than another, and a task stays where
/// it was if it can.
[[nodiscard]] TaskPlacement placeTasks(const std::vector<TaskId>& tasks, const std::vector<int>& threads,
                                       const TaskPlacement& before);

}  // namespace widgetstream
