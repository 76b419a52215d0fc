#pragma once

#include <string>
#include <vector>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/topology/graph.hpp"

namespace widgetstream {

/// The part of a graph that a task runs.
struct TaskSpec {
  TaskId id;
  /// Indices into TopologyGraph::nodes, parents before children.
  std::vector<std::size_t> nodes;
  /// In registration order, which is the order of their flushes.
  std::vector<std::string> stores;
  /// What it reads, under the topics' real names.
  std::vector<TopicPartition> sources;
};

/// The name under which the brokers know a topic of the graph: internal ones have the application id before them.
[[nodiscard]] std::string realTopicName(const TopologyGraph& graph, const std::string& application_id,
                                        const std::string& topic);

/// `<application id>-<store>-changelog`
[[nodiscard]] std::string changelogTopic(const std::string& application_id, const std::string& store);

/// Task `partition` of a sub-topology. `partitions` says how many partitions a source topic has, by real name: the task
/// reads those that have its number.
[[nodiscard]] TaskSpec taskOf(const TopologyGraph& graph, const std::string& application_id, const SubTopology& part,
                              std::int32_t partition, const std::map<std::string, std::int32_t>& partitions);

/// One task over the whole graph and partition 0 of every source topic, internal ones too: whoever runs it feeds back
/// what is sent to them.
[[nodiscard]] TaskSpec wholeTopology(const TopologyGraph& graph, const std::string& application_id);

}  // namespace widgetstream
