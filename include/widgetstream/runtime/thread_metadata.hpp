#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// Where a stream thread stands; Kafka Streams' names.
enum class ThreadState {
  created,
  starting,             ///< runs, and has not been given an assignment yet
  partitions_revoked,   ///< keeps its tasks and waits for what the group decides
  partitions_assigned,  ///< restores stores of its tasks
  running,
  pending_shutdown,
  dead,
};

/// Kafka Streams' spelling: `PARTITIONS_ASSIGNED`.
[[nodiscard]] std::string_view toString(ThreadState state) noexcept;

/// A task as its thread knew it at its last commit.
struct TaskMetadata {
  TaskId task_id;
  std::vector<TopicPartition> topic_partitions;
  /// What this task or its predecessor has committed; a partition without an entry: nothing yet.
  std::map<TopicPartition, std::int64_t> committed_offsets;
  /// Where the logs end, by the newest answer to a fetch.
  std::map<TopicPartition, std::int64_t> end_offsets;
  /// Set while the task waits for one of its inputs (max.task.idle.ms).
  std::optional<Timestamp> time_current_idling_started;
};

/// A stream thread of this instance.
struct ThreadMetadata {
  std::string thread_name;
  ThreadState thread_state = ThreadState::created;
  std::vector<TaskMetadata> active_tasks;
  /// The Kafka clients, which all threads of an instance share.
  std::string consumer_client_id;
  std::string producer_client_id;
  std::string admin_client_id;
};

}  // namespace widgetstream
