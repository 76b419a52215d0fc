#include "widgetstream/dsl/streams_graph.hpp"

#include <algorithm>
#include <queue>
#include <set>
#include <utility>

#include "dsl/graph_plan.hpp"
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

/// Written in the order of priorities, as soon as all parents are (contract 1.9).
template <class Write>
void inOrder(DslNode& root, Write&& write) {
  const auto later = [](const DslNode* left, const DslNode* right) {
    return left->build_priority > right->build_priority;
  };
  std::priority_queue<DslNode*, std::vector<DslNode*>, decltype(later)> queue{later};
  std::set<const DslNode*> written{&root};
  const auto offerChildren = [&](const DslNode& node) {
    for (DslNode* child : node.children) queue.push(child);
  };
  offerChildren(root);
  while (!queue.empty()) {
    DslNode& node = *queue.top();
    queue.pop();
    const bool parents_written = std::all_of(node.parents.begin(), node.parents.end(),
                                             [&](const DslNode* parent) { return written.contains(parent); });
    if (!parents_written || !written.insert(&node).second) continue;
    write(node);
    offerChildren(node);
  }
}

void addStores(const DslNode& node, Topology& topology) {
  for (const StoreBuilder& store : node.stores) {
    if (topology.graph().stores.contains(store.name)) {
      throw Error{ErrorKind::invalid_topology, "store '" + store.name + "' of node '" + node.name +
                                                   "' is there already; give each store a name of its own"};
    }
    topology.addStateStore(store);
    if (node.reuses_table_topic) topology.restoreFromSource(store.name, node.table_topic);
  }
}

void write(const DslNode& node, const DslNode& root, Topology& topology) {
  if (node.global_store) {
    topology.addGlobalStore(*node.global_store, node.nodes.front(), node.nodes.back());
    return;
  }
  std::vector<std::string> parents;
  for (const DslNode* parent : node.parents) {
    if (parent != &root) parents.push_back(parent->name);
  }
  if (node.internal_topic) topology.addInternalTopic(*node.internal_topic);
  addStores(node, topology);
  for (GraphNode each : node.nodes) {
    if (each.parents.empty() && each.kind != GraphNode::Kind::source) each.parents = parents;
    const std::string name = each.name;
    const std::vector<std::string> stores = std::exchange(each.stores, {});
    topology.add(std::move(each));
    if (!stores.empty()) topology.connectProcessorAndStateStores(name, stores);
  }
}

std::string listed(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// Named by the library or after a name of its own: KSTREAM-JOINTHIS-0000000004-store.
bool hasGeneratedNumber(std::string_view name) {
  constexpr std::size_t digits = 10;
  for (std::size_t at = name.find('-'); at != std::string_view::npos; at = name.find('-', at + 1)) {
    const std::string_view tail = name.substr(at + 1);
    const bool ends = tail.size() == digits || (tail.size() > digits && tail[digits] == '-');
    if (ends && std::all_of(tail.begin(), tail.begin() + digits, [](char c) { return c >= '0' && c <= '9'; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

DslNode::DslNode() = default;
DslNode::DslNode(const DslNode&) = default;
DslNode::DslNode(DslNode&&) noexcept = default;
DslNode& DslNode::operator=(const DslNode&) = default;
DslNode& DslNode::operator=(DslNode&&) noexcept = default;
DslNode::~DslNode() = default;

StreamsGraph::StreamsGraph(TopologyConfig config) : config_(std::move(config)) {
  nodes_.push_back(std::make_unique<DslNode>());
}

StreamsGraph::~StreamsGraph() = default;

DslNode& StreamsGraph::root() noexcept {
  return *nodes_.front();
}

void StreamsGraph::noteGeneratedStore(const std::string& store, bool logged) {
  generated_stores_.push_back(store);
  if (logged) generated_changelogs_.push_back(store + "-changelog");
}

void StreamsGraph::noteGeneratedRepartition(const std::string& topic) {
  generated_repartitions_.push_back(topic);
}

void StreamsGraph::copartition(const std::set<std::string>& sources, const std::string& at) {
  copartition_groups_.emplace_back(sources, at);
}

std::string StreamsGraph::newProcessorName(std::string_view prefix) {
  return std::string{prefix} + tenDigits(next_number_++);
}

std::string StreamsGraph::newStoreName(std::string_view prefix) {
  generated_stores_.push_back(std::string{prefix} + "STATE-STORE-" + tenDigits(next_number_++));
  return generated_stores_.back();
}

std::string StreamsGraph::nameOr(const std::string& given, std::string_view prefix) {
  std::string generated = newProcessorName(prefix);
  if (given.empty()) return generated;
  checkName(given, "name");
  return given;
}

std::string StreamsGraph::nameOrNew(const std::string& given, std::string_view prefix) {
  if (given.empty()) return newProcessorName(prefix);
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

Topology StreamsGraph::build(const TopologyOptimization& optimization) const {
  GraphPlan plan{nodes_, copartition_groups_};
  mergeEqualSources(plan);
  if (optimization.reuse_ktable_source_topics) reuseTableSources(plan);
  if (optimization.merge_repartition_topics) mergeRepartitionTopics(plan);
  if (optimization.single_store_self_join) rewriteSelfJoins(plan);
  rewriteNullKeyFilters(plan);
  tellWhoReadsVersioned(plan);

  Topology topology{config_};
  for (const StoreBuilder& store : stores_) topology.addStateStore(store);
  inOrder(plan.root(), [&](const DslNode& node) { write(node, plan.root(), topology); });
  for (const CopartitionGroup& group : plan.copartitionGroups()) topology.copartition(group);
  topology.graph().validate();
  if (config_.ensure_explicit_internal_resource_naming) refuseGeneratedNames(topology.graph());
  return topology;
}

void StreamsGraph::refuseGeneratedNames(const TopologyGraph& built) const {
  std::set<std::string> stores{generated_stores_.begin(), generated_stores_.end()};
  std::set<std::string> changelogs{generated_changelogs_.begin(), generated_changelogs_.end()};
  std::set<std::string> repartitions{generated_repartitions_.begin(), generated_repartitions_.end()};
  for (const auto& [name, store] : built.stores) {
    if (!hasGeneratedNumber(name)) continue;
    stores.insert(name);
    if (store.logging) changelogs.insert(name + "-changelog");
  }
  for (const auto& [name, topic] : built.internal_topics) {
    if (hasGeneratedNumber(name) && endsWith(name, "-repartition")) repartitions.insert(name);
  }
  std::string found;
  if (!stores.empty()) found += "; stores: " + listed(stores);
  if (!changelogs.empty()) found += "; changelog topics: " + listed(changelogs);
  if (!repartitions.empty()) found += "; repartition topics: " + listed(repartitions);
  if (found.empty()) return;
  throw Error{ErrorKind::invalid_topology,
              "ensure.explicit.internal.resource.naming is on and there are names that nobody gave" + found +
                  ". Name them in Materialized, Grouped, Joined, StreamJoined or Repartitioned"};
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

namespace {

class PassThrough final : public AnyProcessor {
 public:
  void init(AnyProcessorContext& context) override { context_ = &context; }
  void process(const AnyRecord& record) override { context_->forward(record); }

 private:
  AnyProcessorContext* context_ = nullptr;
};

class NullKeyFilter final : public AnyProcessor {
 public:
  void init(AnyProcessorContext& context) override { context_ = &context; }
  void process(const AnyRecord& record) override {
    if (record.key) context_->forward(record);
  }

 private:
  AnyProcessorContext* context_ = nullptr;
};

}  // namespace

std::unique_ptr<AnyProcessor> makePassThrough() { return std::make_unique<PassThrough>(); }

std::unique_ptr<AnyProcessor> makeNullKeyFilter() { return std::make_unique<NullKeyFilter>(); }

}  // namespace widgetstream::detail
