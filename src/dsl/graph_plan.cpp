#include "dsl/graph_plan.hpp"

#include <algorithm>
#include <utility>

namespace widgetstream::detail {

GraphPlan::GraphPlan(const std::vector<std::unique_ptr<DslNode>>& nodes, std::vector<CopartitionGroup> groups)
    : groups_(std::move(groups)) {
  std::unordered_map<const DslNode*, DslNode*> copy_of;
  for (const auto& node : nodes) {
    nodes_.push_back(std::make_unique<DslNode>(*node));
    copy_of.emplace(node.get(), nodes_.back().get());
    origins_.emplace(nodes_.back().get(), node.get());
  }
  for (const auto& node : nodes_) {
    for (DslNode*& parent : node->parents) parent = copy_of.at(parent);
    for (DslNode*& child : node->children) child = copy_of.at(child);
  }
}

DslNode& GraphPlan::add(DslNode node) {
  nodes_.push_back(std::make_unique<DslNode>(std::move(node)));
  return *nodes_.back();
}

const DslNode& GraphPlan::origin(const DslNode& node) const {
  const auto found = origins_.find(&node);
  return found == origins_.end() ? node : *found->second;
}

void GraphPlan::addChild(DslNode& parent, DslNode& child) {
  const auto add = [](std::vector<DslNode*>& to, DslNode& node) {
    if (std::find(to.begin(), to.end(), &node) == to.end()) to.push_back(&node);
  };
  add(parent.children, child);
  add(child.parents, parent);
}

void GraphPlan::removeChild(DslNode& parent, DslNode& child) {
  if (std::erase(parent.children, &child) > 0) std::erase(child.parents, &parent);
}

void GraphPlan::clearChildren(DslNode& parent) {
  for (DslNode* child : parent.children) std::erase(child->parents, &parent);
  parent.children.clear();
}

void GraphPlan::replaceCopartitioned(const std::string& gone, const std::string& by) {
  for (CopartitionGroup& group : groups_) {
    if (group.sources.erase(gone) > 0) group.sources.insert(by);
  }
}

}  // namespace widgetstream::detail
