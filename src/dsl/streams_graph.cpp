#include "widgetstream/dsl/streams_graph.hpp"

#include <algorithm>
#include <queue>
#include <set>
#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

std::string tenDigits(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  return std::string(10 - digits.size(), '0') + digits;
}

/// The regex KSTREAM.*-[0-9]{10}, whole.
bool isGenerated(std::string_view name) {
  constexpr std::size_t tail = 11;
  if (name.size() < 7 + tail || name.substr(0, 7) != "KSTREAM" || name[name.size() - tail] != '-') return false;
  return std::all_of(name.end() - 10, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool endsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::set<std::string> topicsOf(const DslNode& source) {
  const std::vector<std::string>& topics = source.nodes.front().topics;
  return {topics.begin(), topics.end()};
}

void mergeInto(DslNode& first, DslNode& second) {
  const GraphNode& kept = first.nodes.front();
  const GraphNode& gone = second.nodes.front();
  if (kept.emits != gone.emits) {
    throw Error{ErrorKind::invalid_topology, "topic '" + kept.topics.front() +
                                                 "' is read by two streams with different key or value types; read it "
                                                 "once and map it, or give both the same types"};
  }
  if (kept.offset_reset != gone.offset_reset) {
    throw Error{ErrorKind::invalid_topology,
                "topic '" + kept.topics.front() + "' is read by two streams with different offset reset policies"};
  }
  for (DslNode* child : second.children) {
    std::replace(child->parents.begin(), child->parents.end(), &second, &first);
    first.children.push_back(child);
  }
  second.children.clear();
}

}  // namespace

StreamsGraph::StreamsGraph() { nodes_.push_back(std::make_unique<DslNode>()); }

std::string StreamsGraph::newProcessorName(std::string_view prefix) {
  return std::string{prefix} + tenDigits(next_number_++);
}

std::string StreamsGraph::newStoreName(std::string_view prefix) {
  return std::string{prefix} + "STATE-STORE-" + tenDigits(next_number_++);
}

std::string StreamsGraph::nameOr(const std::string& given, std::string_view prefix) {
  std::string generated = newProcessorName(prefix);
  if (given.empty()) return generated;
  checkName(given, "name");
  return given;
}

DslNode& StreamsGraph::add(const std::vector<DslNode*>& parents, DslNode node) {
  nodes_.push_back(std::make_unique<DslNode>(std::move(node)));
  DslNode& added = *nodes_.back();
  for (DslNode* parent : parents) attach(*parent, added);
  return added;
}

void StreamsGraph::attach(DslNode& parent, DslNode& child) {
  if (std::find(parent.children.begin(), parent.children.end(), &child) == parent.children.end()) {
    parent.children.push_back(&child);
    child.parents.push_back(&parent);
  }
  child.build_priority = next_priority_++;
}

const StoreBuilder* StreamsGraph::findStore(const std::string& name) const {
  for (const auto& node : nodes_) {
    for (const StoreBuilder& store : node->stores) {
      if (store.name == name) return &store;
    }
  }
  return nullptr;
}

void StreamsGraph::addStateStore(StoreBuilder store) {
  checkName(store.name, "store");
  const bool taken = std::any_of(stores_.begin(), stores_.end(),
                                 [&](const StoreBuilder& other) { return other.name == store.name; });
  if (taken) {
    throw Error{ErrorKind::invalid_topology,
                "store '" + store.name + "' was added already; give each store a name of its own"};
  }
  stores_.push_back(std::move(store));
}

void StreamsGraph::addSharedStateStore(StoreBuilder store) {
  const bool known = std::any_of(stores_.begin(), stores_.end(),
                                 [&](const StoreBuilder& other) { return other.name == store.name; });
  if (!known) addStateStore(std::move(store));
}

void StreamsGraph::mergeEqualSources() {
  std::vector<DslNode*> kept;
  for (DslNode* source : std::vector<DslNode*>{root().children}) {
    if (!source->merges_with_equal_source) continue;
    const auto equal = std::find_if(kept.begin(), kept.end(),
                                    [&](const DslNode* other) { return topicsOf(*other) == topicsOf(*source); });
    if (equal == kept.end()) {
      kept.push_back(source);
      continue;
    }
    mergeInto(**equal, *source);
    std::erase(root().children, source);
  }
}

bool StreamsGraph::isVersioned(const DslNode& node) const {
  if (node.output_versioned) return *node.output_versioned;
  return !node.parents.empty() && std::all_of(node.parents.begin(), node.parents.end(),
                                              [this](const DslNode* parent) { return isVersioned(*parent); });
}

void StreamsGraph::tellWhoReadsVersioned() const {
  for (const auto& node : nodes_) {
    if (!node->reads_versioned) continue;
    for (const DslNode* parent : node->parents) {
      if (isVersioned(*parent)) node->reads_versioned(*parent);
    }
  }
}

Topology StreamsGraph::build() {
  mergeEqualSources();
  tellWhoReadsVersioned();
  Topology topology;
  for (const StoreBuilder& store : stores_) topology.addStateStore(store);

  const auto later = [](const DslNode* left, const DslNode* right) {
    return left->build_priority > right->build_priority;
  };
  std::priority_queue<DslNode*, std::vector<DslNode*>, decltype(later)> queue{later};
  std::set<const DslNode*> written{&root()};
  const auto offerChildren = [&](const DslNode& node) {
    for (DslNode* child : node.children) queue.push(child);
  };
  offerChildren(root());
  while (!queue.empty()) {
    DslNode& node = *queue.top();
    queue.pop();
    const bool parents_written = std::all_of(node.parents.begin(), node.parents.end(),
                                             [&](const DslNode* parent) { return written.contains(parent); });
    if (!parents_written || !written.insert(&node).second) continue;

    std::vector<std::string> parents;
    for (const DslNode* parent : node.parents) {
      if (parent != &root()) parents.push_back(parent->name);
    }
    if (node.internal_topic) topology.addInternalTopic(*node.internal_topic);
    for (const StoreBuilder& store : node.stores) {
      if (!topology.graph().stores.contains(store.name)) {
        topology.addStateStore(store);
      } else {
        throw Error{ErrorKind::invalid_topology, "store '" + store.name + "' of node '" + node.name +
                                                     "' is there already; give each store a name of its own"};
      }
    }
    for (GraphNode each : node.nodes) {
      if (each.parents.empty() && each.kind != GraphNode::Kind::source) each.parents = parents;
      const std::string name = each.name;
      const std::vector<std::string> stores = std::exchange(each.stores, {});
      topology.add(std::move(each));
      if (!stores.empty()) topology.connectProcessorAndStateStores(name, stores);
    }
    offerChildren(node);
  }
  for (const CopartitionGroup& group : copartition_groups_) topology.copartition(group);
  topology.graph().validate();
  return topology;
}

RepartitionNames repartitionNames(StreamsGraph& graph, const std::string& prefix) {
  constexpr std::string_view suffix = "-repartition";
  RepartitionNames names;
  names.topic = endsWith(prefix, suffix) ? prefix : prefix + std::string{suffix};
  checkName(names.topic, "repartition topic");
  names.sink = graph.newProcessorName(prefix::sink);
  names.filter = graph.newProcessorName(prefix::filter);
  names.source = graph.newProcessorName(prefix::source);
  if (!isGenerated(prefix)) {
    names.sink = names.topic + "-sink";
    names.filter = names.topic + "-filter";
    names.source = names.topic + "-source";
  }
  return names;
}

}  // namespace widgetstream::detail
