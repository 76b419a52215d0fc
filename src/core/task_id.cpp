#include "widgetstream/core/task_id.hpp"

namespace widgetstream {

std::string toString(const TaskId& task) {
  return std::to_string(task.subtopology) + '_' + std::to_string(task.partition);
}

}  // namespace widgetstream
