#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "widgetstream/core/task_id.hpp"
#include "widgetstream/kafka/admin.hpp"
#include "widgetstream/runtime/streams_config.hpp"
#include "widgetstream/topology/graph.hpp"

namespace widgetstream {

/// Partition counts of topics, by real name.
using PartitionCounts = std::map<std::string, std::int32_t>;

/// How an application is cut into tasks.
struct PartitionPlan {
  /// Of every source topic and of every internal one.
  PartitionCounts partitions;
  /// With the topics that patterns match among their source topics.
  std::vector<SubTopology> parts;
  /// As parts: the source topic with the most partitions, whose assignment decides on the tasks. The same on every
  /// instance.
  std::vector<std::string> lead_topics;
  /// As parts.
  std::vector<std::int32_t> tasks;
};

/// Source topics that the graph names and somebody else makes, ascending; without those of global stores.
[[nodiscard]] std::vector<std::string> externalSourceTopics(const TopologyGraph& graph);
/// Those of global stores, ascending.
[[nodiscard]] std::vector<std::string> globalTopics(const TopologyGraph& graph);
/// All source topics of the plan, ascending: what the group subscribes to.
[[nodiscard]] std::vector<std::string> subscription(const TopologyGraph& graph, const std::string& application_id,
                                                    const PartitionPlan& plan);

/// Decides on the partition counts of internal topics as Java does (contract 3.3).
///
/// `external`  the counts of externalSourceTopics(), each at least 1, and of the topics that patterns match
/// Errors      Error{invalid_topology} when topics that belong together have different counts, or a count cannot be
/// derived.
[[nodiscard]] PartitionPlan planPartitions(const TopologyGraph& graph, const std::string& application_id,
                                           const PartitionCounts& external);

/// The internal topics with Java's configs (contract 3.2): repartition topics and changelogs.
[[nodiscard]] std::vector<TopicSpec> internalTopics(const TopologyGraph& graph, const StreamsConfig& config,
                                                    const PartitionPlan& plan);

}  // namespace widgetstream
