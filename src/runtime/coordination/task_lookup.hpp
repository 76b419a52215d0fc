#pragma once

#include <vector>

#include "runtime/threads/thread_messages.hpp"
#include "runtime/topics/partition_plan.hpp"
#include "widgetstream/kafka/consumer.hpp"

namespace widgetstream {

/// Which tasks an assignment of partitions means: task p of a sub-topology is ours when partition p of its lead topic
/// is.
[[nodiscard]] std::vector<TaskId> tasksOf(const PartitionPlan& plan, const std::vector<TopicPartition>& assigned);

/// Everything a stream thread has to know to run them: one question to the cluster for committed offsets, one for the
/// changelogs.
/// Errors  Error{retriable} when the cluster does not answer in time.
[[nodiscard]] std::vector<TaskOrder> orderTasks(const TopologyGraph& graph, const std::string& application_id,
                                                const PartitionPlan& plan, const std::vector<TaskId>& tasks,
                                                Consumer& consumer, Milliseconds timeout);

}  // namespace widgetstream
