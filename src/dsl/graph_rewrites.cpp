// The smaller rewrites of a graph.

#include <algorithm>
#include <set>
#include <string>

#include "dsl/graph_plan.hpp"

namespace widgetstream::detail {
namespace {

DslNode* childNamed(const DslNode& parent, const std::string& name, std::uint64_t before) {
  for (DslNode* child : parent.children) {
    if (child->name == name && child->build_priority < before) return child;
  }
  return nullptr;
}

void rewriteSelfJoin(DslNode& join) {
  DslNode& parent = *join.parents.front();
  const SelfJoin& shape = *join.self_join;
  const DslNode* left = childNamed(parent, shape.this_windowed, join.build_priority);
  DslNode* right = childNamed(parent, shape.other_windowed, join.build_priority);
  if (!left || !right) return;
  GraphPlan::removeChild(parent, *right);
  join.nodes = shape.nodes;
  join.stores.clear();
}

/// Nodes from which a join that takes null keys can be reached.
class NullKeysWanted {
 public:
  explicit NullKeysWanted(const DslNode& root) { visit(root); }
  [[nodiscard]] bool above(const DslNode& node) const { return above_.contains(&node); }

 private:
  void visit(const DslNode& node) {
    if (visited_.contains(&node)) return;
    for (const DslNode* child : node.children) {
      visit(*child);
      if (child->takes_null_keys || above_.contains(child)) above_.insert(&node);
    }
    visited_.insert(&node);
  }

  std::set<const DslNode*> visited_;
  std::set<const DslNode*> above_;
};

bool isVersioned(const DslNode& node) {
  if (node.output_versioned) return *node.output_versioned;
  return !node.parents.empty() && std::all_of(node.parents.begin(), node.parents.end(),
                                              [](const DslNode* parent) { return isVersioned(*parent); });
}

}  // namespace

void reuseTableSources(GraphPlan& plan) {
  for (const auto& node : plan.nodes()) {
    if (node->table_topic.empty()) continue;
    for (StoreBuilder& store : node->stores) store.withLoggingDisabled();
    node->reuses_table_topic = true;
  }
}

void rewriteSelfJoins(GraphPlan& plan) {
  for (const auto& node : plan.nodes()) {
    if (node->self_join && node->parents.size() == 1) rewriteSelfJoin(*node);
  }
}

void rewriteNullKeyFilters(GraphPlan& plan) {
  const NullKeysWanted wanted{plan.root()};
  for (const auto& node : plan.nodes()) {
    if (node->filters_null_keys && wanted.above(*node)) node->nodes.front().processor = makePassThrough;
  }
}

void tellWhoReadsVersioned(GraphPlan& plan) {
  for (const auto& node : plan.nodes()) {
    if (!node->reads_versioned) continue;
    for (const DslNode* parent : node->parents) {
      if (isVersioned(*parent)) node->reads_versioned(plan.origin(*parent));
    }
  }
}

}  // namespace widgetstream::detail
