#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/topics/partition_plan.hpp"
#include "widgetstream/kafka/admin.hpp"

namespace widgetstream {

/// Sees to it that the topics of an application exist before it joins its group.
///
/// Threads  one at a time.
class TopicPreparation {
 public:
  /// All are references to what outlives this.
  TopicPreparation(const TopologyGraph& graph, const StreamsConfig& config, Admin& admin, Logger log);

  /// One attempt. nullopt: input topics are missing, which is logged and remembered in missing(); try again later.
  /// Errors  Error{retriable} when the cluster does not answer. Error{invalid_topology} or Error{fatal} when the topics
  ///         there are do not fit the topology: the message says which and what to do.
  [[nodiscard]] std::optional<PartitionPlan> attempt(Milliseconds timeout);
  [[nodiscard]] const std::vector<std::string>& missing() const noexcept { return missing_; }

 private:
  void createMissing(const std::vector<TopicSpec>& wanted, Milliseconds timeout);

  const TopologyGraph& graph_;
  const StreamsConfig& config_;
  Admin& admin_;
  Logger log_;
  std::vector<std::string> missing_;
};

}  // namespace widgetstream
