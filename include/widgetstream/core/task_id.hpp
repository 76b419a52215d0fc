#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace widgetstream {

/// One unit of work: a sub-topology over one partition number of its source topics.
struct TaskId {
  std::int32_t subtopology = 0;
  std::int32_t partition = 0;

  friend auto operator<=>(const TaskId&, const TaskId&) = default;
};

/// `<sub-topology>_<partition>`, as in directory names and logs.
[[nodiscard]] std::string toString(const TaskId& task);

}  // namespace widgetstream
