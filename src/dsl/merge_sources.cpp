// Streams that read the same share a source.

#include <map>
#include <set>

#include "dsl/graph_plan.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

const GraphNode& sourceOf(const DslNode& node) { return node.nodes.front(); }

std::string readBy(const DslNode& node) {
  const GraphNode& source = sourceOf(node);
  if (source.topic_pattern) return "topic pattern '" + source.topic_pattern->text() + "'";
  std::string topics;
  for (const std::string& topic : source.topics) topics += (topics.empty() ? "" : ", ") + topic;
  return (source.topics.size() == 1 ? "topic '" : "topics '") + topics + "'";
}

void merge(GraphPlan& plan, DslNode& main, DslNode& other) {
  if (sourceOf(main).offset_reset != sourceOf(other).offset_reset) {
    throw Error{ErrorKind::invalid_topology, readBy(main) + " is read by '" + main.name + "' and '" + other.name +
                                                 "' with different offset reset policies; give both the same one"};
  }
  if (sourceOf(main).emits != sourceOf(other).emits) {
    throw Error{ErrorKind::invalid_topology,
                readBy(main) + " is read by '" + main.name + "' and '" + other.name +
                    "' with different key or value types; read it once and map it, or give both the same types"};
  }
  for (DslNode* child : std::vector<DslNode*>{other.children}) {
    GraphPlan::removeChild(other, *child);
    GraphPlan::addChild(main, *child);
  }
  GraphPlan::removeChild(plan.root(), other);
  plan.replaceCopartitioned(other.name, main.name);
}

std::set<std::string> topicsOf(const DslNode& node) {
  return {sourceOf(node).topics.begin(), sourceOf(node).topics.end()};
}

DslNode* equalPattern(const std::vector<DslNode*>& known, const DslNode& node) {
  for (DslNode* other : known) {
    if (sourceOf(*other).topic_pattern == sourceOf(node).topic_pattern) return other;
  }
  return nullptr;
}

}  // namespace

void mergeEqualSources(GraphPlan& plan) {
  std::map<std::string, DslNode*> by_topic;
  std::vector<DslNode*> of_patterns;
  for (DslNode* node : std::vector<DslNode*>{plan.root().children}) {
    if (!node->merges_with_equal_source) continue;
    if (sourceOf(*node).topic_pattern) {
      if (DslNode* main = equalPattern(of_patterns, *node)) {
        merge(plan, *main, *node);
      } else {
        of_patterns.push_back(node);
      }
      continue;
    }
    for (const std::string& topic : topicsOf(*node)) {
      const auto [known, is_new] = by_topic.try_emplace(topic, node);
      DslNode& main = *known->second;
      if (is_new || &main == node) continue;
      if (topicsOf(main) != topicsOf(*node)) {
        throw Error{ErrorKind::invalid_topology,
                    "topic '" + topic + "' is read by '" + main.name + "', which reads " + readBy(main) + ", and by '" +
                        node->name + "', which reads " + readBy(*node) +
                        "; streams may share all of their topics or none: read each topic by itself and merge()"};
      }
      merge(plan, main, *node);
    }
  }
}

}  // namespace widgetstream::detail
