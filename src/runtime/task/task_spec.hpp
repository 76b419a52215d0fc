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
  /// Name of its directory; empty: the id's.
  std::string directory = {};
  /// Its stores have no changelogs and need none: what they hold is read from its inputs again.
  bool inputs_hold_stores = false;
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

/// Those of `topics` (all that a cluster has) which the graph's patterns match, ascending: never the cluster's own
/// (`__...`), nor those that the application makes for itself.
/// Errors  Error{invalid_topology} for a topic that two patterns match, or that a source reads by name too.
[[nodiscard]] std::vector<std::string> matchingTopics(const TopologyGraph& graph, const std::string& application_id,
                                                      const std::vector<std::string>& topics);
/// Partition 0 of each.
[[nodiscard]] std::vector<TopicPartition> matchingPartitions(const TopologyGraph& graph,
                                                             const std::string& application_id,
                                                             const std::vector<std::string>& topics);

/// One task over the whole graph and partition 0 of every source topic, internal ones too: whoever runs it feeds back
/// what is sent to them.
[[nodiscard]] TaskSpec wholeTopology(const TopologyGraph& graph, const std::string& application_id);

}  // namespace widgetstream
