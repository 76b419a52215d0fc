#include "runtime/topics/topic_preparation.hpp"

#include <algorithm>

#include "runtime/task/task_spec.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

TopicPreparation::TopicPreparation(const TopologyGraph& graph, const StreamsConfig& config, Admin& admin, Logger log)
    : graph_(graph), config_(config), admin_(admin), log_(std::move(log)) {}

PartitionCounts TopicPreparation::inputs(Milliseconds timeout) {
  const std::vector<std::string> named = externalSourceTopics(graph_);
  if (!graph_.usesPatterns()) return admin_.partitionCounts(named, timeout);
  const PartitionCounts all = admin_.allPartitionCounts(timeout);
  std::vector<std::string> names;
  for (const auto& [name, count] : all) names.push_back(name);
  PartitionCounts inputs;
  for (const std::string& topic : matchingTopics(graph_, config_.application_id, names)) inputs[topic] = all.at(topic);
  for (const std::string& topic : named) {
    if (const auto known = all.find(topic); known != all.end()) inputs.insert(*known);
  }
  return inputs;
}

bool TopicPreparation::anyMissing(const PartitionCounts& there) {
  std::vector<std::string> missing;
  for (const std::string& topic : externalSourceTopics(graph_)) {
    if (!there.contains(topic)) missing.push_back(topic);
  }
  for (const std::string& topic : globalTopics(graph_)) {
    if (!globals_.contains(topic)) missing.push_back(topic);
  }
  // Without any topic nobody can say how many partitions a repartition topic below needs.
  for (const SubTopology& part : graph_.subTopologies()) {
    if (part.source_patterns.empty() || !part.source_topics.empty() || part.sink_internal_topics.empty()) continue;
    const bool any = std::any_of(there.begin(), there.end(), [&](const auto& topic) {
      return std::any_of(part.source_patterns.begin(), part.source_patterns.end(),
                         [&](const TopicPattern& pattern) { return pattern.matches(topic.first); });
    });
    if (!any) missing.push_back("any that matches " + part.source_patterns.front().text());
  }
  if (missing != missing_) {
    missing_ = missing;
    if (!missing.empty()) {
      log_.warning("input topics are missing: create them, the application goes on when they appear",
                   {{"missing source topics", joined(missing)}});
    }
  }
  return !missing.empty();
}

std::optional<PartitionPlan> TopicPreparation::attempt(Milliseconds timeout) {
  const PartitionCounts there = inputs(timeout);
  globals_ = admin_.partitionCounts(globalTopics(graph_), timeout);
  if (anyMissing(there)) return std::nullopt;
  return prepared(there, timeout);
}

std::vector<std::string> TopicPreparation::goneFrom(const PartitionPlan& current, Milliseconds timeout) {
  const std::vector<std::string> named = externalSourceTopics(graph_);
  const PartitionCounts there = admin_.partitionCounts(named, timeout);
  std::vector<std::string> gone;
  for (const std::string& topic : named) {
    if (current.partitions.contains(topic) && !there.contains(topic)) gone.push_back(topic);
  }
  return gone;
}

std::optional<PartitionPlan> TopicPreparation::lookAgain(const PartitionPlan& current, Milliseconds timeout) {
  PartitionCounts there = inputs(timeout);
  const std::vector<std::string> named = externalSourceTopics(graph_);
  for (auto& [topic, count] : there) {
    if (const auto known = current.partitions.find(topic); known != current.partitions.end()) count = known->second;
  }
  for (const std::string& topic : named) {
    // A named topic that is gone for the moment is not what is looked for here.
    if (const auto known = current.partitions.find(topic); known != current.partitions.end()) there.insert(*known);
  }
  PartitionPlan plan = planPartitions(graph_, config_.application_id, there);
  if (subscription(graph_, config_.application_id, plan) == subscription(graph_, config_.application_id, current)) {
    return std::nullopt;
  }
  return prepared(there, timeout);
}

PartitionPlan TopicPreparation::prepared(const PartitionCounts& external, Milliseconds timeout) {
  PartitionPlan plan = planPartitions(graph_, config_.application_id, external);
  std::vector<TopicSpec> wanted = internalTopics(graph_, config_, plan);
  if (!config_.dead_letter_queue_topic.empty())
    wanted.push_back({config_.dead_letter_queue_topic, 0, config_.replication_factor, {}});
  createMissing(wanted, timeout);
  return plan;
}

void TopicPreparation::createMissing(const std::vector<TopicSpec>& wanted, Milliseconds timeout) {
  if (wanted.empty()) return;
  std::vector<std::string> names;
  for (const TopicSpec& topic : wanted) names.push_back(topic.name);
  const PartitionCounts existing = admin_.partitionCounts(names, timeout);

  std::vector<TopicSpec> create;
  std::vector<std::string> created;
  for (const TopicSpec& topic : wanted) {
    const auto known = existing.find(topic.name);
    if (known == existing.end()) {
      create.push_back(topic);
      if (topic.partitions == 0) create.back().partitions = 1;  // dead letters: any number will do
      created.push_back(topic.name);
    } else if (topic.partitions != 0 && known->second != topic.partitions) {
      throw Error{ErrorKind::fatal,
                  "internal topic '" + topic.name + "' has " + std::to_string(known->second) +
                      " partitions, but the topology " + "and its input topics ask for " +
                      std::to_string(topic.partitions) +
                      ". Keys would be looked for where they are not. Use another application.id, or delete the "
                      "application's internal topics and local state and process its input anew"};
    }
  }
  if (create.empty()) return;
  log_.info("creating topics", {{"topics", joined(created)}});
  admin_.createTopics(create, timeout);
  // Brokers learn of new topics one after the other; whoever joins before that is not given their partitions.
  if (admin_.partitionCounts(created, timeout).size() < created.size())
    throw Error{ErrorKind::retriable, "the new topics are not known everywhere yet"};
}

}  // namespace widgetstream
