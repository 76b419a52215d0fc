#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/dsl/grouped_part.hpp"
#include "widgetstream/dsl/operators/aggregate_steps.hpp"

namespace widgetstream::detail {

/// A value whose type only its aggregator knows: groupings of several types meet in one aggregate.
struct AnyValue {};

template <class A>
using AnyAggregator =
    std::function<std::optional<A>(const AnyRecord& record, Nullable<A> aggregate, const RecordContext& at)>;

template <class A, class K, class V, class F>
[[nodiscard]] AnyAggregator<A> anyAggregator(F add) {
  return [add = std::move(add)](const AnyRecord& record, Nullable<A> aggregate, const RecordContext& at) {
    return callAggregator<A>(add, Record<K, V>{record}, aggregate, at);
  };
}

/// The step of one grouping of a cogroup (see aggregate_steps.hpp).
template <class K, class A>
struct CogroupStep {
  using Aggregate = A;
  std::function<std::optional<A>()> initializer;
  AnyAggregator<A> aggregator;
  /// Sessions only.
  std::function<std::optional<A>(const K& key, Nullable<A> one, Nullable<A> other)> merger;

  [[nodiscard]] std::optional<A> initial() const { return initializer(); }
  [[nodiscard]] std::optional<A> add(const Record<K, AnyValue>& record, Nullable<A> aggregate,
                                     const RecordContext& at) const {
    return aggregator(record.any(), aggregate, at);
  }
  [[nodiscard]] std::optional<A> merge(const K& key, Nullable<A> one, Nullable<A> other) const {
    return merger(key, one, other);
  }
};

/// The groupings that go into one aggregate, in the order in which they were named.
template <class K, class A>
class CogroupedPart {
 public:
  explicit CogroupedPart(std::shared_ptr<StreamsGraph> graph) : graph_(std::move(graph)) {}

  [[nodiscard]] StreamsGraph& graph() const noexcept { return *graph_; }
  /// The serde of the first grouping that knows one.
  [[nodiscard]] const Serde<K>& keySerde() const noexcept { return key_serde_; }

  /// A grouping that is here already gets the new aggregator in its place.
  template <class V, class F>
  void add(const std::shared_ptr<GroupedPart<K, V>>& grouping, F aggregator) {
    if (&grouping->graph() != graph_.get()) {
      throw Error{ErrorKind::invalid_topology,
                  "cogroup() of streams of two StreamsBuilders; make all streams with the same builder"};
    }
    AnyAggregator<A> erased = anyAggregator<A, K, V>(std::move(aggregator));
    for (Member& member : members_) {
      if (member.grouping.get() != grouping.get()) continue;
      member.aggregator = std::move(erased);
      return;
    }
    if (!key_serde_) key_serde_ = grouping->part().key_serde;
    Member member;
    member.grouping = grouping;
    member.takes = recordTypes<K, V>();
    member.aggregator = std::move(erased);
    member.node = grouping->part().node;
    member.sources = grouping->part().sources;
    member.names = [grouping](const std::string& store) { return grouping->repartitionFor(store); };
    member.repartition = [grouping](const RepartitionNames& names) { return grouping->repartition(names); };
    members_.push_back(std::move(member));
  }

  /// One node for each grouping, on one store, and one that brings their results together. `made` is of the store and
  /// the table; its node is not used. `processor` makes the supplier for a grouping's step.
  template <class KOut, class MakeProcessor>
  [[nodiscard]] KTable<KOut, A> table(const Named& made_by, AggregateTable<KOut, A> made,
                                      const std::function<std::optional<A>()>& initial,
                                      const MakeProcessor& processor) {
    place(made.store.name);
    graph_->addStateStore(made.store);
    std::vector<DslNode*> results;
    for (Member& member : members_) {
      const std::string suffix = "-cogroup-agg-" + std::to_string(results.size());
      const std::string name = suffixedNameOr(*graph_, made_by, suffix, prefix::cogroup_aggregate);
      DslNode node = processorPart<K, AnyValue, KOut, Change<A>>(
          name, processor(CogroupStep<K, A>{initial, member.aggregator, {}}));
      node.nodes.front().takes = member.takes;
      node.nodes.front().stores.push_back(made.store.name);
      node.output_versioned = made.store.changelog.kind == ChangelogRetention::Kind::versioned;
      node.window_grace = made.window_grace;
      results.push_back(&graph_->add({member.below}, std::move(node)));
    }
    const std::string name = suffixedNameOr(*graph_, made_by, "-cogroup-merge", prefix::cogroup_merge);
    DslNode merge = processorPart<KOut, Change<A>, KOut, Change<A>>(name, makePassThrough);
    return {{graph_, &graph_->add(results, std::move(merge)), sourcesBelow(), false, std::move(made.key_serde), {}},
            std::move(made.value_serde), std::move(made.state)};
  }

 private:
  struct Member {
    std::shared_ptr<void> grouping;
    RecordTypes takes;
    AnyAggregator<A> aggregator;
    DslNode* node = nullptr;
    SourceNames sources;
    std::function<std::optional<RepartitionNames>(const std::string& store)> names;
    std::function<DslNode(const RepartitionNames&)> repartition;
    /// Where its records are of the right key: `node`, or the repartition topic once it is made.
    DslNode* below = nullptr;
    SourceNames sources_below;
  };

  /// Puts groupings behind repartition topics where they need it; those of an earlier aggregate are used again, though
  /// their numbers are used up anew.
  void place(const std::string& store) {
    SourceNames sources;
    for (Member& member : members_) {
      sources.add(member.sources);
      const std::optional<RepartitionNames> names = member.names(store);
      if (member.below) continue;
      member.below = names ? &graph_->add({member.node}, member.repartition(*names)) : member.node;
      member.sources_below = names ? SourceNames{names->source} : member.sources;
    }
    // The topics before the repartition, as in Java: what the group protocol is told must be the same.
    graph_->copartition(sources, store);
  }
  [[nodiscard]] SourceNames sourcesBelow() const {
    SourceNames all;
    for (const Member& member : members_) all.add(member.sources_below);
    return all;
  }

  std::shared_ptr<StreamsGraph> graph_;
  Serde<K> key_serde_;
  std::vector<Member> members_;
};

}  // namespace widgetstream::detail
