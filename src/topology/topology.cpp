#include "widgetstream/topology/topology.hpp"

#include <algorithm>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error{ErrorKind::invalid_topology, message}; }

/// A source and a topic or pattern that one more source wants.
void checkNotRead(const GraphNode& reader, const GraphNode& wanting, const std::string& topic) {
  const bool by_name = std::find(reader.topics.begin(), reader.topics.end(), topic) != reader.topics.end();
  const bool by_pattern = reader.topic_pattern && reader.topic_pattern->matches(topic);
  if (!by_name && !by_pattern) return;
  refuse("topic '" + topic + "' is read by source '" + reader.name + "' already" +
         (by_pattern ? ", whose pattern '" + reader.topic_pattern->text() + "' matches it," : "") +
         " and cannot be read by '" + wanting.name + "' too; connect both to one source");
}

void checkStoreName(const TopologyGraph& graph, const std::string& name) {
  checkName(name, "store");
  if (graph.stores.contains(name) || graph.global_stores.contains(name)) {
    refuse("store '" + name + "' is there already; give each store a name of its own");
  }
}

}  // namespace

void Topology::checkSource(const GraphNode& source) const {
  if (source.topics.empty() && !source.topic_pattern) {
    refuse("source '" + source.name + "' has no topic; name at least one");
  }
  for (const std::string& topic : source.topics) {
    checkName(topic, "topic");
    for (const GraphNode& other : graph_.nodes) checkNotRead(other, source, topic);
  }
  if (!source.topic_pattern) return;
  for (const GraphNode& other : graph_.nodes) {
    for (const std::string& topic : other.topics) {
      if (other.is_global || !source.topic_pattern->matches(topic)) continue;
      refuse("the pattern '" + source.topic_pattern->text() + "' of source '" + source.name + "' matches topic '" +
             topic + "', which source '" + other.name + "' reads already; make the pattern narrower");
    }
  }
}

void Topology::checkParents(const GraphNode& node) const {
  if (node.parents.empty()) refuse("node '" + node.name + "' has no parent; name at least one");
  for (const std::string& parent : node.parents) {
    const GraphNode* above = graph_.find(parent);
    if (!above) refuse("node '" + node.name + "' names the parent '" + parent + "', which is not there; add it first");
    if (above->kind == GraphNode::Kind::sink || above->kind == GraphNode::Kind::external) {
      refuse("node '" + node.name + "' cannot follow '" + parent + "': a sink has no children");
    }
    if (above->is_global != node.is_global) {
      refuse("node '" + node.name + "' cannot follow '" + parent +
             "': a global store has one source and one processor, and nothing follows them");
    }
    if (node.takes != above->emits) {
      refuse("node '" + node.name + "' takes other types than its parent '" + parent +
             "' forwards; make the key and value types equal");
    }
  }
}

Topology::Topology(const TopologyConfig& config) : wrapper_(config.processor_wrapper) {}
Topology::Topology(const Topology&) = default;
Topology::Topology(Topology&&) noexcept = default;
Topology& Topology::operator=(const Topology&) = default;
Topology& Topology::operator=(Topology&&) noexcept = default;
Topology::~Topology() = default;

Topology& Topology::add(GraphNode node) {
  checkName(node.name, "node");
  if (graph_.find(node.name)) {
    refuse("node '" + node.name + "' is there already; give each node a name of its own");
  }
  if (node.kind == GraphNode::Kind::source) {
    checkSource(node);
  } else {
    checkParents(node);
  }
  if (node.kind == GraphNode::Kind::sink && !node.topic_extractor) checkName(node.topic, "topic");
  insert(std::move(node));
  return *this;
}

void Topology::insert(GraphNode node) {
  std::vector<StoreBuilder> stores;
  if (wrapper_ && node.kind == GraphNode::Kind::processor) {
    WrappedProcessorSupplier wrapped =
        node.keeps_key ? wrapper_->wrapFixedKeyProcessorSupplier(node.name, std::move(node.processor))
                       : wrapper_->wrapProcessorSupplier(node.name, std::move(node.processor));
    if (!wrapped.make) refuse("the processor wrapper returned no supplier for processor '" + node.name + "'");
    node.processor = std::move(wrapped.make);
    stores = std::move(wrapped.stores);
    if (node.is_global && !stores.empty()) {
      refuse("the processor wrapper brings store '" + stores.front().name + "' to the global processor '" + node.name +
             "', which may only have its global store");
    }
  }
  const std::string name = node.name;
  graph_.nodes.push_back(std::move(node));
  connectStores(name, stores);
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
  checkStoreName(graph_, store.name);
  const std::string name = store.name;
  graph_.stores.emplace(name, std::move(store));
  for (const std::string& processor : processors) connectProcessorAndStateStores(processor, {name});
  return *this;
}

Topology& Topology::connectProcessorAndStateStores(const std::string& processor,
                                                   const std::vector<std::string>& stores) {
  GraphNode& node = processorNamed(processor);
  for (const std::string& store : stores) {
    if (graph_.global_stores.contains(store)) {
      refuse("processor '" + processor + "' names the global store '" + store +
             "', which every processor may read without being connected to it; leave it out");
    }
    if (!graph_.stores.contains(store)) {
      refuse("processor '" + processor + "' wants store '" + store + "', which is not there; add it with addStateStore");
    }
    if (!node.isConnectedTo(store)) node.stores.push_back(store);
  }
  return *this;
}

Topology& Topology::connectStores(const std::string& processor, const std::vector<StoreBuilder>& stores) {
  for (const StoreBuilder& store : stores) {
    if (!graph_.stores.contains(store.name)) addStateStore(store);
    connectProcessorAndStateStores(processor, {store.name});
  }
  return *this;
}

Topology& Topology::addGlobalStore(GlobalStore store, GraphNode source, GraphNode processor) {
  checkStoreName(graph_, store.builder.name);
  store.builder.withLoggingDisabled();
  store.source = source.name;
  store.processor = processor.name;
  store.topic = source.topics.front();
  source.is_global = true;
  processor.is_global = true;
  processor.parents = {source.name};
  processor.stores = {store.builder.name};
  add(std::move(source));
  add(std::move(processor));
  const std::string name = store.builder.name;
  graph_.global_stores.emplace(name, std::move(store));
  return *this;
}

Topology& Topology::addReadOnlyStateStore(StoreBuilder store, GraphNode source, GraphNode processor) {
  const std::string name = store.name;
  const std::string topic = source.topics.front();
  const std::string writer = processor.name;
  source.offset_reset = AutoOffsetReset::earliest;
  processor.parents = {source.name};
  add(std::move(source));
  add(std::move(processor));
  store.withLoggingDisabled();
  addStateStore(std::move(store), {writer});
  return restoreFromSource(name, topic);
}

Topology& Topology::restoreFromSource(const std::string& store, const std::string& topic) {
  if (!graph_.store_source_topics.emplace(store, topic).second) {
    refuse("store '" + store + "' is restored from a source topic already");
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

Topology& Topology::copartition(CopartitionGroup group) {
  graph_.copartition_groups.push_back(std::move(group));
  return *this;
}

}  // namespace widgetstream
