#pragma once

#include <map>

#include "runtime/task/task_spec.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// A task that a stream thread is to run, with what is known of its partitions.
struct TaskOrder {
  TaskSpec spec;
  /// Where the group stands on the task's inputs.
  CommittedOffsets committed;
  /// What the changelogs of the task hold now; one that is absent is read to its end.
  std::map<TopicPartition, OffsetRange> changelogs;
};

}  // namespace widgetstream
