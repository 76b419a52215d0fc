#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "widgetstream/dsl/streams_graph.hpp"

namespace widgetstream::detail {

/// A copy of a StreamsGraph's nodes, for one build: rewritten by the passes, then written as a topology.
///
/// Nodes come in the order they were made, the root first. Children and parents have the order of Java's linked hash
/// sets: who is added again keeps its place.
class GraphPlan {
 public:
  GraphPlan(const std::vector<std::unique_ptr<DslNode>>& nodes, std::vector<CopartitionGroup> groups);

  [[nodiscard]] DslNode& root() noexcept { return *nodes_.front(); }
  [[nodiscard]] const std::vector<std::unique_ptr<DslNode>>& nodes() const noexcept { return nodes_; }
  DslNode& add(DslNode node);
  /// The node of the StreamsGraph that this one was copied from; itself if a pass has made it.
  [[nodiscard]] const DslNode& origin(const DslNode& node) const;

  static void addChild(DslNode& parent, DslNode& child);
  static void removeChild(DslNode& parent, DslNode& child);
  static void clearChildren(DslNode& parent);

  /// A source that stands for another from now on.
  void replaceCopartitioned(const std::string& gone, const std::string& by);
  [[nodiscard]] const std::vector<CopartitionGroup>& copartitionGroups() const noexcept { return groups_; }

 private:
  std::vector<std::unique_ptr<DslNode>> nodes_;
  std::unordered_map<const DslNode*, const DslNode*> origins_;
  std::vector<CopartitionGroup> groups_;
};

// The passes, in the order in which they are run (contract 1.9).

/// Streams of the same topics, or of the same pattern, share one source.
/// Errors  Error{invalid_topology} when they do not agree on types or offset reset, or share only some topics.
void mergeEqualSources(GraphPlan& plan);
/// reuse.ktable.source.topics; takes effect where the nodes are written.
void reuseTableSources(GraphPlan& plan);
/// merge.repartition.topics
void mergeRepartitionTopics(GraphPlan& plan);
/// single.store.self.join
void rewriteSelfJoins(GraphPlan& plan);
/// Repartition topics above a join that takes null keys let them through.
void rewriteNullKeyFilters(GraphPlan& plan);
/// Nodes that treat versioned tables otherwise learn that they are below one.
void tellWhoReadsVersioned(GraphPlan& plan);

}  // namespace widgetstream::detail
