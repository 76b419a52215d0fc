#include "runtime/task/task_spec.hpp"

#include <algorithm>

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
