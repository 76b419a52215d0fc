#include <map>
#include <memory>

#include "topology/java_collections.hpp"
#include "widgetstream/topology/topology.hpp"

// The text of Java's Topology.describe(), order for order. Java fills tree sets while the sizes that they compare
// are still changing and never sorts them again (contract 2.3), so what happens there happens here.

namespace widgetstream {
namespace {

struct Described;

/// Larger below-size first, then by name.
struct BySizeThenName {
  int operator()(const Described* left, const Described* right) const;
};
using DescribedSet = detail::JavaTreeSet<Described*, BySizeThenName>;

struct Described {
  const GraphNode* node = nullptr;
  int size = 1;
  DescribedSet predecessors;
  DescribedSet successors;
};

int BySizeThenName::operator()(const Described* left, const Described* right) const {
  if (left == right) return 0;
  if (left->size != right->size) return right->size - left->size;
  return left->node->name < right->node->name ? -1 : 1;
}

void grow(Described& node, int by) {
  node.size += by;
  for (Described* above : node.predecessors.inOrder()) grow(*above, by);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string namesOf(const DescribedSet& nodes) {
  std::vector<std::string> names;
  for (const Described* each : nodes.inOrder()) names.push_back(each->node->name);
  return names.empty() ? "none" : joined(names);
}

std::string setOf(const std::vector<std::string>& values) {
  return "[" + joined(detail::JavaHashSet::copyOf(values).inOrder()) + "]";
}

std::string textOf(const Described& each) {
  const GraphNode& node = *each.node;
  const std::string below = "\n      --> " + namesOf(each.successors);
  const std::string above = "\n      <-- " + namesOf(each.predecessors);
  switch (node.kind) {
    case GraphNode::Kind::source:
      return "Source: " + node.name + " (topics: " +
             (node.topic_pattern ? node.topic_pattern->text() : setOf(node.topics)) + ")" + below;
    case GraphNode::Kind::sink:
      return "Sink: " + node.name +
             (node.topic_extractor ? " (extractor class: *)" : " (topic: " + node.topic + ")") + above;
    case GraphNode::Kind::processor:
    case GraphNode::Kind::external:
      break;
  }
  return "Processor: " + node.name + " (stores: " + setOf(node.stores) + ")" + below +
         above;
}

std::string textOf(const SubTopology& part, const TopologyGraph& graph) {
  detail::JavaHashSet group;
  for (const std::size_t index : part.nodes) group.add(graph.nodes[index].name);
  detail::JavaHashSet by_name;
  for (const std::string& name : group.inOrder()) by_name.add(name);
  const std::vector<std::string> order = by_name.inOrder();

  std::map<std::string, std::unique_ptr<Described>> described;
  for (const std::string& name : order) {
    auto each = std::make_unique<Described>();
    each->node = graph.find(name);
    described.emplace(name, std::move(each));
  }
  for (const std::string& name : order) {
    Described& each = *described.at(name);
    for (const std::string& parent : each.node->parents) {
      Described& above = *described.at(parent);
      each.predecessors.add(&above);
      above.successors.add(&each);
      grow(above, each.size);
    }
  }

  DescribedSet sorted;
  for (const std::string& name : detail::JavaHashSet::copyOf(order).inOrder()) sorted.add(described.at(name).get());
  std::string text = "  Sub-topology: " + std::to_string(part.id) + "\n";
  for (const Described* each : sorted.inOrder()) text += "    " + textOf(*each) + "\n";
  return text + "\n";
}

/// Java writes these two nodes by hand, in their order.
std::string textOfGlobal(const SubTopology& part, const TopologyGraph& graph) {
  const GraphNode& source = graph.nodes[part.nodes.front()];
  const GraphNode& processor = graph.nodes[part.nodes.back()];
  return "  Sub-topology: " + std::to_string(part.id) + " for global store (will not generate tasks)\n" +
         "    Source: " + source.name + " (topics: " + setOf(source.topics) + ")\n      --> " + processor.name + "\n" +
         "    Processor: " + processor.name + " (stores: " + setOf(processor.stores) + ")\n      --> none\n      <-- " +
         source.name + "\n";
}

}  // namespace

std::string Topology::describe() const {
  std::string text = "Topologies:\n ";
  for (const SubTopology& part : graph_.allSubTopologies()) {
    text += graph_.isGlobal(part) ? textOfGlobal(part, graph_) : textOf(part, graph_);
  }
  return text;
}

}  // namespace widgetstream
