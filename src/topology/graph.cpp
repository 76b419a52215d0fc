#include "widgetstream/topology/graph.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

/// Which nodes belong together.
class UnionFind {
 public:
  explicit UnionFind(std::size_t size) : root_(size) { std::iota(root_.begin(), root_.end(), std::size_t{0}); }
  std::size_t find(std::size_t at) {
    while (root_[at] != at) at = root_[at] = root_[root_[at]];
    return at;
  }
  void join(std::size_t left, std::size_t right) { root_[find(left)] = find(right); }

 private:
  std::vector<std::size_t> root_;
};

UnionFind connected(const std::vector<GraphNode>& nodes) {
  UnionFind groups{nodes.size()};
  std::unordered_map<std::string, std::size_t> by_name;
  std::unordered_map<std::string, std::size_t> first_user_of_store;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    by_name.emplace(nodes[i].name, i);
    for (const std::string& parent : nodes[i].parents) groups.join(i, by_name.at(parent));
    for (const std::string& store : nodes[i].stores) {
      const auto [user, is_first] = first_user_of_store.try_emplace(store, i);
      if (!is_first) groups.join(i, user->second);
    }
  }
  return groups;
}

/// Repartition topics that are joined and whose partition counts the user fixed, differently (others are compared when
/// the counts of the cluster's topics are known).
void checkFixedPartitions(const TopologyGraph& graph, const CopartitionGroup& group) {
  std::map<std::string, std::int32_t> fixed;
  std::size_t topics = 0;
  for (const std::string& source : group.sources) {
    const GraphNode* node = graph.find(source);
    if (!node) continue;
    topics += node->topics.size() + (node->topic_pattern ? 1 : 0);
    for (const std::string& topic : node->topics) {
      const auto internal = graph.internal_topics.find(topic);
      if (internal != graph.internal_topics.end() && internal->second.partitions) {
        fixed.emplace(topic, *internal->second.partitions);
      }
    }
  }
  if (fixed.empty() || fixed.size() != topics) return;
  std::string listed;
  bool equal = true;
  for (const auto& [topic, count] : fixed) {
    listed += (listed.empty() ? "" : ", ") + topic + " (" + std::to_string(count) + ")";
    equal = equal && count == fixed.begin()->second;
  }
  if (equal) return;
  throw Error{ErrorKind::invalid_topology,
              "topics that meet" + (group.meet_at.empty() ? "" : " in '" + group.meet_at + "'") +
                  " must have equal numbers of partitions, but these were given different ones: " + listed +
                  "; give them the same in Repartitioned::withNumberOfPartitions()"};
}

}  // namespace

bool GraphNode::isConnectedTo(const std::string& store) const {
  return std::find(stores.begin(), stores.end(), store) != stores.end();
}

GraphNode::GraphNode() = default;
GraphNode::GraphNode(const GraphNode&) = default;
GraphNode::GraphNode(GraphNode&&) noexcept = default;
GraphNode& GraphNode::operator=(const GraphNode&) = default;
GraphNode& GraphNode::operator=(GraphNode&&) noexcept = default;
GraphNode::~GraphNode() = default;

bool GraphNode::reads(const std::string& asked) const {
  return std::find(topics.begin(), topics.end(), asked) != topics.end() ||
         (topic_pattern && topic_pattern->matches(asked));
}

bool TopologyGraph::usesPatterns() const {
  return std::any_of(nodes.begin(), nodes.end(), [](const GraphNode& node) { return node.topic_pattern.has_value(); });
}

const GraphNode* TopologyGraph::find(const std::string& name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const GraphNode& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<SubTopology> TopologyGraph::subTopologies() const {
  std::vector<SubTopology> parts = allSubTopologies();
  std::erase_if(parts, [&](const SubTopology& part) { return isGlobal(part); });
  return parts;
}

std::vector<SubTopology> TopologyGraph::allSubTopologies() const {
  UnionFind groups = connected(nodes);
  std::vector<SubTopology> parts;
  std::unordered_map<std::size_t, std::size_t> part_of_root;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto [at, is_new] = part_of_root.try_emplace(groups.find(i), parts.size());
    if (is_new) {
      parts.emplace_back();
      parts.back().id = static_cast<std::int32_t>(at->second);
    }
    SubTopology& part = parts[at->second];
    part.nodes.push_back(i);
    const GraphNode& node = nodes[i];
    part.source_topics.insert(part.source_topics.end(), node.topics.begin(), node.topics.end());
    if (node.topic_pattern) part.source_patterns.push_back(*node.topic_pattern);
    if (node.kind == GraphNode::Kind::sink && isInternal(node.topic)) part.sink_internal_topics.push_back(node.topic);
    for (const std::string& store : node.stores) {
      if (std::find(part.stores.begin(), part.stores.end(), store) == part.stores.end()) part.stores.push_back(store);
    }
  }
  return parts;
}

void TopologyGraph::validate() const {
  if (nodes.empty()) {
    throw Error{ErrorKind::invalid_topology, "the topology is empty; begin with stream() or table() of a topic"};
  }
  for (const CopartitionGroup& group : copartition_groups) checkFixedPartitions(*this, group);
  for (const SubTopology& part : subTopologies()) {
    const bool repartitioned = std::any_of(part.source_topics.begin(), part.source_topics.end(),
                                           [&](const std::string& topic) { return isInternal(topic); });
    for (const std::size_t index : part.nodes) {
      const GraphNode& node = nodes[index];
      if (repartitioned && node.kind == GraphNode::Kind::external && node.id_from_origin) {
        throw Error{ErrorKind::invalid_topology,
                    "sink '" + node.name + "' (" + node.description +
                        ") makes its ids from the place of the input record, but it follows a repartition topic, where "
                        "a replay puts the same record in another place; give the sink an id made from key or value"};
      }
    }
  }
}

}  // namespace widgetstream
