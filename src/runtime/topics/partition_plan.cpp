#include "runtime/topics/partition_plan.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "runtime/task/task_spec.hpp"
#include "runtime/topics/changelog_configs.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

/// Works out the counts of repartition topics; all names are real ones.
class Planner {
  /// Topics that must have one count.
  struct Meeting {
    std::set<std::string> topics;
    /// Where they meet.
    std::set<std::string> nodes;
  };

 public:
  Planner(const TopologyGraph& graph, const std::string& application_id, const PartitionCounts& external)
      : graph_(graph), application_id_(application_id), parts_(graph.subTopologies()), counts_(external) {
    for (SubTopology& part : parts_) addMatching(part);
  }

  PartitionPlan plan() {
    takeEnforced();
    deriveOthers();
    for (const Meeting& group : copartitionedTopics()) align(group);
    return finished();
  }

 private:
  /// Of the topics there are, those that a part's patterns match are its sources like those it names.
  void addMatching(SubTopology& part) const {
    const std::vector<std::string> named = part.source_topics;
    for (const TopicPattern& pattern : part.source_patterns) {
      for (const auto& [topic, count] : counts_) {
        if (std::find(named.begin(), named.end(), topic) == named.end() && pattern.matches(topic))
          part.source_topics.push_back(topic);
      }
    }
  }

  [[nodiscard]] std::string real(const std::string& topic) const {
    return realTopicName(graph_, application_id_, topic);
  }

  void takeEnforced() {
    for (const auto& [name, topic] : graph_.internal_topics) {
      internal_.insert(real(name));
      if (!topic.partitions) continue;
      counts_[real(name)] = *topic.partitions;
      enforced_.insert(real(name));
    }
  }

  /// As many as the largest input of the sub-topologies that write to it, which may themselves read such topics. Where
  /// these go in circles, as the two of a foreign-key join do, the inputs that are known must do, as in Java.
  void deriveOthers() {
    std::set<std::string> open;
    for (const std::string& topic : internal_) {
      if (!counts_.contains(topic)) open.insert(topic);
    }
    while (!open.empty()) {
      const std::size_t before = open.size();
      for (auto topic = open.begin(); topic != open.end();) {
        const std::optional<std::int32_t> count = derived(*topic, false);
        if (count) counts_[*topic] = *count;
        topic = count ? open.erase(topic) : std::next(topic);
      }
      if (open.size() < before) continue;
      PartitionCounts of_known_inputs;
      for (const std::string& topic : open) {
        if (const auto count = derived(topic, true)) of_known_inputs[topic] = *count;
      }
      for (const auto& [topic, count] : of_known_inputs) open.erase(topic);
      counts_.merge(of_known_inputs);
      if (open.size() == before)
        throw Error{ErrorKind::invalid_topology,
                    "the number of partitions of internal topic '" + *open.begin() +
                        "' cannot be derived: nothing writes to it, or it feeds itself. Give it with "
                        "Repartitioned::withNumberOfPartitions()"};
    }
  }

  [[nodiscard]] std::optional<std::int32_t> derived(const std::string& topic, bool of_known_inputs) const {
    std::int32_t most = 0;
    for (const SubTopology& part : parts_) {
      const auto& sinks = part.sink_internal_topics;
      if (std::none_of(sinks.begin(), sinks.end(), [&](const std::string& sink) { return real(sink) == topic; }))
        continue;
      for (const std::string& source : part.source_topics) {
        const auto known = counts_.find(real(source));
        if (known != counts_.end()) {
          most = std::max(most, known->second);
        } else if (!of_known_inputs) {
          return std::nullopt;
        }
      }
    }
    return most > 0 ? std::optional{most} : std::nullopt;
  }

  /// The groups as topics; those that share one are one.
  [[nodiscard]] std::vector<Meeting> copartitionedTopics() const {
    std::vector<Meeting> groups;
    for (const CopartitionGroup& group : graph_.copartition_groups) {
      Meeting met{topicsOf(group.sources), {}};
      if (!group.meet_at.empty()) met.nodes.insert(group.meet_at);
      std::erase_if(groups, [&](Meeting& other) {
        const bool shared = std::any_of(other.topics.begin(), other.topics.end(),
                                        [&](const auto& topic) { return met.topics.contains(topic); });
        if (shared) {
          met.topics.merge(other.topics);
          met.nodes.merge(other.nodes);
        }
        return shared;
      });
      groups.push_back(std::move(met));
    }
    return groups;
  }

  [[nodiscard]] std::set<std::string> topicsOf(const std::set<std::string>& sources) const {
    std::set<std::string> topics;
    for (const std::string& source : sources) {
      const GraphNode* node = graph_.find(source);
      if (!node) continue;
      for (const std::string& topic : node->topics) topics.insert(real(topic));
      if (!node->topic_pattern) continue;
      for (const auto& [topic, count] : counts_) {
        if (!internal_.contains(topic) && node->topic_pattern->matches(topic)) topics.insert(topic);
      }
    }
    return topics;
  }

  void align(const Meeting& group) {
    const std::int32_t count = countOf(group);
    for (const std::string& topic : group.topics) {
      if (enforced_.contains(topic) && counts_.at(topic) != count)
        refuse(group, "an enforced number of partitions differs");
      counts_[topic] = count;
    }
  }

  [[nodiscard]] std::int32_t countOf(const Meeting& group) const {
    std::set<std::int32_t> of_external;
    std::set<std::int32_t> of_enforced;
    std::int32_t most = 0;
    for (const std::string& topic : group.topics) {
      const std::int32_t count = counts_.at(topic);
      if (!internal_.contains(topic)) of_external.insert(count);
      if (enforced_.contains(topic)) of_enforced.insert(count);
      most = std::max(most, count);
    }
    if (of_external.size() > 1) refuse(group, "they must have the same number of partitions");
    if (of_external.size() == 1) return *of_external.begin();
    if (of_enforced.size() > 1) refuse(group, "their enforced numbers of partitions must agree");
    return of_enforced.empty() ? most : *of_enforced.begin();
  }

  [[noreturn]] void refuse(const Meeting& group, const std::string& why) const {
    std::string topics;
    for (const std::string& topic : group.topics)
      topics += (topics.empty() ? "" : ", ") + topic + " (" + std::to_string(counts_.at(topic)) + ")";
    std::string nodes;
    for (const std::string& node : group.nodes) nodes += (nodes.empty() ? " in '" : "', '") + node;
    throw Error{ErrorKind::invalid_topology,
                "topics that meet" + (nodes.empty() ? nodes : nodes + "'") + " are not partitioned alike: " + why +
                    ": " + topics +
                    ". Give them equal numbers of partitions, or send one side through repartition() first"};
  }

  [[nodiscard]] PartitionPlan finished() {
    PartitionPlan plan;
    for (const SubTopology& part : parts_) {
      std::string lead;
      for (const std::string& source : part.source_topics) {
        const std::string topic = real(source);
        // Of equals the first by name, so that every instance chooses the same one.
        if (lead.empty() || counts_.at(topic) > counts_.at(lead) ||
            (counts_.at(topic) == counts_.at(lead) && topic < lead))
          lead = topic;
      }
      plan.tasks.push_back(lead.empty() ? 0 : counts_.at(lead));
      plan.lead_topics.push_back(std::move(lead));
    }
    plan.parts = std::move(parts_);
    plan.partitions = std::move(counts_);
    return plan;
  }

  const TopologyGraph& graph_;
  const std::string& application_id_;
  std::vector<SubTopology> parts_;
  PartitionCounts counts_;
  std::set<std::string> internal_;
  std::set<std::string> enforced_;
};

/// By name; those of global stores are read by nobody's group.
std::set<std::string> sourceTopics(const TopologyGraph& graph) {
  std::set<std::string> topics;
  for (const GraphNode& node : graph.nodes) {
    if (!node.is_global) topics.insert(node.topics.begin(), node.topics.end());
  }
  return topics;
}

}  // namespace

std::vector<std::string> externalSourceTopics(const TopologyGraph& graph) {
  std::vector<std::string> external;
  for (const std::string& topic : sourceTopics(graph)) {
    if (!graph.isInternal(topic)) external.push_back(topic);
  }
  return external;
}

std::vector<std::string> globalTopics(const TopologyGraph& graph) {
  std::set<std::string> topics;
  for (const auto& [name, store] : graph.global_stores) topics.insert(store.topic);
  return {topics.begin(), topics.end()};
}

std::vector<std::string> subscription(const TopologyGraph& graph, const std::string& application_id,
                                      const PartitionPlan& plan) {
  std::set<std::string> all;
  for (const SubTopology& part : plan.parts) {
    for (const std::string& topic : part.source_topics) all.insert(realTopicName(graph, application_id, topic));
  }
  return {all.begin(), all.end()};
}

PartitionPlan planPartitions(const TopologyGraph& graph, const std::string& application_id,
                             const PartitionCounts& external) {
  return Planner{graph, application_id, external}.plan();
}

std::vector<TopicSpec> internalTopics(const TopologyGraph& graph, const StreamsConfig& config,
                                      const PartitionPlan& plan) {
  std::vector<TopicSpec> topics;
  const auto add = [&](std::string name, std::int32_t partitions, TopicConfigs configs) {
    topics.push_back({std::move(name), partitions, config.replication_factor, std::move(configs)});
  };
  for (const auto& [name, topic] : graph.internal_topics) {
    const std::string real = realTopicName(graph, config.application_id, name);
    TopicConfigs configs = config.topic_configs;
    configs.insert({{"message.timestamp.type", "CreateTime"},
                    {"cleanup.policy", "delete"},
                    {"segment.bytes", "52428800"},
                    {"retention.ms", "-1"}});
    add(real, plan.partitions.at(real), std::move(configs));
  }
  for (std::size_t part = 0; part < plan.parts.size(); ++part) {
    if (plan.tasks[part] == 0) continue;  // no topic matches its patterns yet
    for (const std::string& name : plan.parts[part].stores) {
      const StoreBuilder& store = graph.stores.at(name);
      if (!store.logging || graph.store_source_topics.contains(name)) continue;
      add(changelogTopic(config.application_id, name), plan.tasks[part],
          changelogConfigs(store, config.topic_configs, config.window_changelog_additional_retention));
    }
  }
  return topics;
}

}  // namespace widgetstream
