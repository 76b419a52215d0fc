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
  /// Of the topics of global stores, as of the last attempt that brought a plan.
  [[nodiscard]] const PartitionCounts& globalCounts() const noexcept { return globals_; }

  /// The named inputs that `current` has and that are not there any more.
  /// Errors  Error{retriable} when the cluster does not answer
  [[nodiscard]] std::vector<std::string> goneFrom(const PartitionPlan& current, Milliseconds timeout);

  /// For graphs with patterns: the plan with the topics that match now, when they are others than `current` has. What is
  /// known of topics stays as it is: a topic that grew is noticed by who is given its new partitions.
  [[nodiscard]] std::optional<PartitionPlan> lookAgain(const PartitionPlan& current, Milliseconds timeout);

 private:
  /// Counts of the inputs there are: those named and those that match.
  [[nodiscard]] PartitionCounts inputs(Milliseconds timeout);
  [[nodiscard]] bool anyMissing(const PartitionCounts& there);
  [[nodiscard]] PartitionPlan prepared(const PartitionCounts& external, Milliseconds timeout);
  void createMissing(const std::vector<TopicSpec>& wanted, Milliseconds timeout);

  const TopologyGraph& graph_;
  const StreamsConfig& config_;
  Admin& admin_;
  Logger log_;
  std::vector<std::string> missing_;
  PartitionCounts globals_;
};

}  // namespace widgetstream
