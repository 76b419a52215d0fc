#include "runtime/topics/topic_preparation.hpp"

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

std::optional<PartitionPlan> TopicPreparation::attempt(Milliseconds timeout) {
  const std::vector<std::string> inputs = externalSourceTopics(graph_);
  const PartitionCounts counts = admin_.partitionCounts(inputs, timeout);
  std::vector<std::string> missing;
  for (const std::string& topic : inputs) {
    if (!counts.contains(topic)) missing.push_back(topic);
  }
  if (missing != missing_) {
    missing_ = missing;
    if (!missing.empty()) {
      log_.warning("input topics are missing: create them, the application goes on when they appear",
                   {{"missing source topics", joined(missing)}});
    }
  }
  if (!missing.empty()) return std::nullopt;

  PartitionPlan plan = planPartitions(graph_, config_.application_id, counts);
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
