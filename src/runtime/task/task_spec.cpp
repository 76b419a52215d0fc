#include "runtime/task/task_spec.hpp"

#include <algorithm>
#include <set>

#include "widgetstream/core/error.hpp"

namespace widgetstream {

std::string realTopicName(const TopologyGraph& graph, const std::string& application_id, const std::string& topic) {
  return graph.isInternal(topic) ? application_id + "-" + topic : topic;
}

std::string changelogTopic(const std::string& application_id, const std::string& store) {
  return application_id + "-" + store + "-changelog";
}

TaskSpec taskOf(const TopologyGraph& graph, const std::string& application_id, const SubTopology& part,
                std::int32_t partition, const std::map<std::string, std::int32_t>& partitions) {
  TaskSpec spec{{part.id, partition}, part.nodes, part.stores, {}};
  for (const std::string& topic : part.source_topics) {
    const std::string real = realTopicName(graph, application_id, topic);
    const auto count = partitions.find(real);
    if (count != partitions.end() && partition < count->second) spec.sources.push_back({real, partition});
  }
  return spec;
}

std::vector<std::string> matchingTopics(const TopologyGraph& graph, const std::string& application_id,
                                        const std::vector<std::string>& topics) {
  std::set<std::string> own;
  for (const auto& [name, topic] : graph.internal_topics) own.insert(realTopicName(graph, application_id, name));
  for (const auto& [name, store] : graph.stores) own.insert(changelogTopic(application_id, name));
  std::set<std::string> matching;
  for (const std::string& topic : topics) {
    if (topic.rfind("__", 0) == 0 || own.contains(topic)) continue;
    const GraphNode* reader = nullptr;
    bool by_pattern = false;
    for (const GraphNode& node : graph.nodes) {
      if (node.is_global || (!node.topic_pattern && graph.isInternal(topic)) || !node.reads(topic)) continue;
      if (reader) {
        throw Error{ErrorKind::invalid_topology, "topic '" + topic + "' is for source '" + reader->name + "' and for '" +
                                                     node.name + "' (" +
                                                     (node.topic_pattern ? node.topic_pattern->text() : topic) +
                                                     "): make the patterns narrower, so that each topic has one"};
      }
      reader = &node;
      by_pattern = node.topic_pattern.has_value();
    }
    if (by_pattern) matching.insert(topic);
  }
  return {matching.begin(), matching.end()};
}

std::vector<TopicPartition> matchingPartitions(const TopologyGraph& graph, const std::string& application_id,
                                               const std::vector<std::string>& topics) {
  std::vector<TopicPartition> partitions;
  for (std::string& topic : matchingTopics(graph, application_id, topics)) partitions.push_back({std::move(topic), 0});
  return partitions;
}

TaskSpec wholeTopology(const TopologyGraph& graph, const std::string& application_id) {
  TaskSpec spec;
  for (const SubTopology& part : graph.subTopologies()) {
    spec.nodes.insert(spec.nodes.end(), part.nodes.begin(), part.nodes.end());
    spec.stores.insert(spec.stores.end(), part.stores.begin(), part.stores.end());
    for (const std::string& topic : part.source_topics) {
      const TopicPartition source{realTopicName(graph, application_id, topic), 0};
      if (std::find(spec.sources.begin(), spec.sources.end(), source) == spec.sources.end())
        spec.sources.push_back(source);
    }
  }
  return spec;
}

}  // namespace widgetstream
