#include "widgetstream/topology/topology.hpp"

#include <algorithm>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error{ErrorKind::invalid_topology, message}; }

bool readsAnyOf(const GraphNode& node, const std::string& topic) {
  return std::find(node.topics.begin(), node.topics.end(), topic) != node.topics.end();
}

}  // namespace

Topology& Topology::add(GraphNode node) {
  checkName(node.name, "node");
  if (graph_.find(node.name)) {
    refuse("node '" + node.name + "' is there already; give each node a name of its own");
  }
  if (node.kind == GraphNode::Kind::source) {
    if (node.topics.empty()) refuse("source '" + node.name + "' has no topic; name at least one");
    for (const std::string& topic : node.topics) {
      checkName(topic, "topic");
      for (const GraphNode& other : graph_.nodes) {
        if (readsAnyOf(other, topic)) {
          refuse("topic '" + topic + "' is read by source '" + other.name + "' already and cannot be read by '" +
                 node.name + "' too; connect both to one source");
        }
      }
    }
  } else if (node.parents.empty()) {
    refuse("node '" + node.name + "' has no parent; name at least one");
  }
  for (const std::string& parent : node.parents) {
    const GraphNode* above = graph_.find(parent);
    if (!above) refuse("node '" + node.name + "' names the parent '" + parent + "', which is not there; add it first");
    if (above->kind == GraphNode::Kind::sink || above->kind == GraphNode::Kind::external) {
      refuse("node '" + node.name + "' cannot follow '" + parent + "': a sink has no children");
    }
    if (node.takes != above->emits) {
      refuse("node '" + node.name + "' takes other types than its parent '" + parent +
             "' forwards; make the key and value types equal");
    }
  }
  if (node.kind == GraphNode::Kind::sink && !node.topic_extractor) checkName(node.topic, "topic");
  graph_.nodes.push_back(std::move(node));
  return *this;
}

GraphNode& Topology::processorNamed(const std::string& name) {
  const auto found = std::find_if(graph_.nodes.begin(), graph_.nodes.end(),
                                  [&](const GraphNode& node) { return node.name == name; });
  if (found == graph_.nodes.end()) refuse("processor '" + name + "' is not there; add it before its stores");
  if (found->kind != GraphNode::Kind::processor) {
    refuse("'" + name + "' is no processor, and only processors have stores");
  }
  return *found;
}

Topology& Topology::addStateStore(StoreBuilder store, const std::vector<std::string>& processors) {
  checkName(store.name, "store");
  if (graph_.stores.contains(store.name)) {
    refuse("store '" + store.name + "' is there already; give each store a name of its own");
  }
  const std::string name = store.name;
  graph_.stores.emplace(name, std::move(store));
  for (const std::string& processor : processors) connectProcessorAndStateStores(processor, {name});
  return *this;
}

Topology& Topology::connectProcessorAndStateStores(const std::string& processor,
                                                   const std::vector<std::string>& stores) {
  GraphNode& node = processorNamed(processor);
  for (const std::string& store : stores) {
    if (!graph_.stores.contains(store)) {
      refuse("processor '" + processor + "' wants store '" + store + "', which is not there; add it with addStateStore");
    }
    if (!node.isConnectedTo(store)) node.stores.push_back(store);
  }
  return *this;
}

Topology& Topology::addInternalTopic(InternalTopic topic) {
  const auto [at, is_new] = graph_.internal_topics.try_emplace(topic.name, topic);
  if (!is_new && at->second.partitions != topic.partitions) {
    refuse("internal topic '" + topic.name + "' is asked for with two partition counts");
  }
  return *this;
}

Topology& Topology::copartition(CopartitionGroup sources) {
  graph_.copartition_groups.push_back(std::move(sources));
  return *this;
}

}  // namespace widgetstream
