// merge.repartition.topics: below one new key, one repartition topic serves all that group or join by it.
//
// What follows is the algorithm of Java's InternalStreamsBuilder, for its result is names of topics. It is left where its
// result would be wrong or fails in Java: operators that share nodes between the new key and their repartition topics,
// merges of merges, and streams that join the others below the new key and would go around the topic.

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "dsl/graph_plan.hpp"

namespace widgetstream::detail {
namespace {

using Test = std::function<bool(const DslNode&)>;

/// The first of the node and those above it, depth first.
DslNode* firstAbove(DslNode& from, const Test& test) {
  if (test(from)) return &from;
  for (DslNode* parent : from.parents) {
    if (DslNode* found = firstAbove(*parent, test)) return found;
  }
  return nullptr;
}

bool isBelow(const DslNode& node, const DslNode& parent) {
  return std::find(node.parents.begin(), node.parents.end(), &parent) != node.parents.end();
}

/// The node just below `ancestor` on the way to `from`.
DslNode* childOnTheWay(const DslNode& ancestor, DslNode& from) {
  return firstAbove(from, [&](const DslNode& node) { return isBelow(node, ancestor); });
}

/// A node that changes keys, or a merge of such, and the repartition topics that may become one below it.
struct KeyChanger {
  DslNode* node;
  std::vector<DslNode*> repartitions;
};
using KeyChangers = std::vector<KeyChanger>;

KeyChanger* find(KeyChangers& all, const DslNode& node) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const KeyChanger& each) { return each.node == &node; });
  return found == all.end() ? nullptr : &*found;
}

/// Null when a value may change on the way, for then the topic would carry other values than its serde is for.
DslNode* keyChangerAbove(DslNode& repartition) {
  DslNode* first = firstAbove(repartition, [](const DslNode& node) { return node.changes_key || node.changes_value; });
  DslNode* changer = firstAbove(repartition, [](const DslNode& node) { return node.changes_key; });
  return first == changer ? changer : nullptr;
}

KeyChangers keyChangers(const GraphPlan& plan) {
  KeyChangers all;
  for (const auto& node : plan.nodes()) {
    if (node->changes_key) {
      all.push_back({node.get(), {}});
    } else if (node->mergeable_repartition) {
      if (DslNode* changer = keyChangerAbove(*node)) find(all, *changer)->repartitions.push_back(node.get());
    }
  }
  return all;
}

/// Where streams with new keys are merged, the merge is what changes the key: of nested ones the last, below which are
/// the repartition topics.
void moveToMerges(const GraphPlan& plan, KeyChangers& all) {
  std::vector<DslNode*> merges;
  for (const auto& node : plan.nodes()) {
    if (node->is_merge) merges.push_back(node.get());
  }
  std::set<const DslNode*> gone;
  std::set<const DslNode*> taken;
  KeyChangers of_merges;
  for (auto merge = merges.rbegin(); merge != merges.rend(); ++merge) {
    KeyChanger made{*merge, {}};
    for (const KeyChanger& changer : all) {
      const bool all_below_merge = std::all_of(changer.repartitions.begin(), changer.repartitions.end(),
                                               [&](DslNode* each) { return childOnTheWay(**merge, *each); });
      if (!all_below_merge || !childOnTheWay(*changer.node, **merge)) continue;
      gone.insert(changer.node);
      for (DslNode* repartition : changer.repartitions) {
        if (taken.insert(repartition).second) made.repartitions.push_back(repartition);
      }
    }
    of_merges.insert(of_merges.begin(), std::move(made));
  }
  std::erase_if(all, [&](const KeyChanger& changer) { return gone.contains(changer.node); });
  std::move(of_merges.begin(), of_merges.end(), std::back_inserter(all));
}

/// True when nothing reaches `node` but through `changer`.
bool isReachedOnlyThrough(const DslNode& changer, const DslNode& node) {
  if (node.parents.empty()) return false;
  return std::all_of(node.parents.begin(), node.parents.end(), [&](const DslNode* parent) {
    return parent == &changer || isReachedOnlyThrough(changer, *parent);
  });
}

/// Those that have the types of what leaves the key changer: nodes between that change types without saying so
/// (process(), joins with global tables) keep their repartition topic below them.
std::vector<DslNode*> mergeable(const KeyChanger& changer) {
  const RecordTypes emitted = changer.node->nodes.back().emits;
  std::vector<DslNode*> fitting;
  for (DslNode* each : changer.repartitions) {
    if (each->mergeable_repartition->types == emitted && isReachedOnlyThrough(*changer.node, *each)) {
      fitting.push_back(each);
    }
  }
  return fitting;
}

template <class Member>
const void* firstSerde(const std::vector<DslNode*>& repartitions, Member member) {
  for (const DslNode* each : repartitions) {
    if (const auto& serde = (*each->mergeable_repartition).*member) return serde.get();
  }
  return nullptr;
}

DslNode& makeMerged(GraphPlan& plan, const std::vector<DslNode*>& repartitions) {
  const DslNode& first = *repartitions.front();
  const std::string& topic = first.internal_topic->name;
  const RepartitionNames names{topic, topic + "-filter", topic + "-sink", topic + "-source"};
  return plan.add(first.mergeable_repartition->make(names,
                                                    firstSerde(repartitions, &MergeableRepartition::key_serde),
                                                    firstSerde(repartitions, &MergeableRepartition::value_serde)));
}

/// `repartition` goes, what is above it moves below `merged`.
void replace(GraphPlan& plan, DslNode& changer, DslNode& merged, DslNode& repartition) {
  if (DslNode* moved = childOnTheWay(changer, repartition)) {
    GraphPlan::addChild(merged, *moved);
    GraphPlan::removeChild(changer, *moved);
  }
  const std::vector<DslNode*> children = repartition.children;
  const std::vector<DslNode*> parents = repartition.parents;
  for (DslNode* child : children) {
    for (DslNode* parent : parents) GraphPlan::addChild(*parent, *child);
  }
  for (DslNode* parent : parents) GraphPlan::removeChild(*parent, repartition);
  GraphPlan::clearChildren(repartition);
  plan.replaceCopartitioned(repartition.name, merged.name);
}

}  // namespace

void mergeRepartitionTopics(GraphPlan& plan) {
  KeyChangers all = keyChangers(plan);
  moveToMerges(plan, all);
  for (const KeyChanger& changer : all) {
    const std::vector<DslNode*> repartitions = mergeable(changer);
    if (repartitions.empty()) continue;
    DslNode& merged = makeMerged(plan, repartitions);
    // So that it is written before what is below it.
    merged.build_priority = changer.node->build_priority;
    for (DslNode* each : repartitions) replace(plan, *changer.node, merged, *each);
    GraphPlan::addChild(*changer.node, merged);
  }
}

}  // namespace widgetstream::detail
