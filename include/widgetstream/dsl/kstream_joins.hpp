#pragma once

// The joins of KStream. The processors are in operators/; here is what becomes of them in the graph.

#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/joined.hpp"
#include "widgetstream/dsl/kstream.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/dsl/operators/join_window.hpp"
#include "widgetstream/dsl/operators/self_join.hpp"
#include "widgetstream/dsl/operators/stream_join.hpp"
#include "widgetstream/dsl/operators/stream_table_join.hpp"
#include "widgetstream/dsl/stream_join_plan.hpp"

namespace widgetstream {
namespace detail {

/// A stream behind a repartition topic of its own, if its key may have changed. `prefix` names the topic; a stream that
/// is joined twice without names has it once, as in Java.
template <class K, class V>
[[nodiscard]] StreamPart<K, V> repartitionedForJoin(StreamPart<K, V> part, const std::string& prefix, bool named,
                                                    const Serde<K>& key_serde, const Serde<V>& value_serde) {
  part.key_serde = firstOf(key_serde, part.key_serde);
  part.value_serde = firstOf(value_serde, part.value_serde);
  if (!part.needs_repartition) return part;
  const RepartitionNames names = repartitionNames(*part.graph, prefix);
  if (!named) part.graph->noteGeneratedRepartition(names.topic);
  DslNode*& known = part.node->join_repartition;
  if (!known || part.node->name != prefix) {
    known = &part.graph->add({part.node}, repartitionPart<K, V>(names, part.key_serde, part.value_serde));
  }
  part.node = known;
  part.sources = {known->name};
  part.needs_repartition = false;
  return part;
}

template <class K, class V>
[[nodiscard]] DslNode windowedPart(const std::string& name, const StoreBuilder& store) {
  DslNode node = processorPart<K, V, K, V>(name, [store = store.name]() -> std::unique_ptr<AnyProcessor> {
    return detail::makeProcessor<JoinWindowProcessor<K, V>>(store);
  });
  node.nodes.front().stores = {store.name};
  node.stores.push_back(store);
  return node;
}

/// A processor below the node `parent`, which is not the node of the graph part above.
template <class KIn, class VIn, class KOut, class VOut, class Make>
[[nodiscard]] GraphNode joinNode(const std::string& name, std::vector<std::string> parents,
                                 std::vector<std::string> stores, Make make) {
  GraphNode node = processorNode<KIn, VIn, KOut, VOut>(
      name, [make = std::move(make)]() -> std::unique_ptr<AnyProcessor> { return make(); }, std::move(parents));
  node.stores = std::move(stores);
  return node;
}

template <JoinKind kind, class K, class L, class R, class F>
[[nodiscard]] KStream<K, JoinedValue<kind, F, K, L, R>> joinStreams(StreamPart<K, L> left, StreamPart<K, R> right,
                                                                    F joiner, const JoinWindows& windows,
                                                                    StreamJoinedFor<K, L, R> joined) {
  using Out = JoinedValue<kind, F, K, L, R>;
  requireSameGraph(left.graph.get(), right.graph.get(), "a join");
  StreamsGraph& graph = *left.graph;
  const bool named = !joined.name.empty();
  left = repartitionedForJoin(std::move(left), named ? joined.name + "-left" : left.node->name, named,
                              joined.key_serde, joined.value_serde);
  right = repartitionedForJoin(std::move(right), named ? joined.name + "-right" : right.node->name, named,
                               joined.key_serde, joined.other_value_serde);
  detail::SourceNames sources = left.sources;
  sources.add(right.sources);
  const StreamJoinPlan plan{graph, kind, windows, joined.name, JoinStoreOptions::of(joined)};
  graph.copartition(sources, plan.merge);
  joined.key_serde = firstOf(left.key_serde, right.key_serde);
  const Serde<K> key_serde = orDefault(joined.key_serde, plan.merge);
  const Serde<L> left_serde = orDefault(left.value_serde, plan.merge);
  const Serde<R> right_serde = orDefault(right.value_serde, plan.merge);
  const StoreBuilder this_store = plan.thisStore<K, L>(key_serde, left_serde);
  const StoreBuilder other_store = plan.otherStore<K, R>(key_serde, right_serde);
  graph.add({left.node}, windowedPart<K, L>(plan.this_windowed, this_store));
  graph.add({right.node}, windowedPart<K, R>(plan.other_windowed, other_store));

  DslNode node;
  node.name = plan.merge;
  node.takes_null_keys = kind != JoinKind::inner;
  std::vector<std::string> this_side{other_store.name};
  std::vector<std::string> other_side{this_store.name};
  if constexpr (kind != JoinKind::inner) {
    if (!plan.shared_store.empty()) {
      node.stores.push_back(plan.sharedStore<K, L, R>(key_serde, left_serde, right_serde));
      this_side.push_back(plan.shared_store);
      other_side.push_back(plan.shared_store);
    }
  }
  node.nodes.push_back(joinNode<K, L, K, Out>(
      plan.this_join, {plan.this_windowed}, std::move(this_side),
      [joiner, windows, stores = StreamJoinStores{other_store.name, plan.shared_store}] {
        return detail::makeProcessor<StreamJoinProcessor<K, L, R, kind, StreamSide::left, F>>(joiner, windows, stores);
      }));
  node.nodes.push_back(joinNode<K, R, K, Out>(
      plan.other_join, {plan.other_windowed}, std::move(other_side),
      [joiner, windows, stores = StreamJoinStores{this_store.name, plan.shared_store}] {
        return detail::makeProcessor<StreamJoinProcessor<K, L, R, kind, StreamSide::right, F>>(joiner, windows, stores);
      }));
  node.nodes.push_back(
      joinNode<K, Out, K, Out>(plan.merge, {plan.this_join, plan.other_join}, {}, makePassThrough));
  if constexpr (std::is_same_v<L, R>) {
    node.self_join =
        SelfJoin{plan.this_windowed,
                 plan.other_windowed,
                 {joinNode<K, L, K, Out>(
                     plan.merge, {plan.this_windowed}, {this_store.name}, [joiner, windows, store = this_store.name] {
                       return detail::makeProcessor<SelfJoinProcessor<K, L, kind, F>>(joiner, windows, store);
                     })}};
  }
  DslNode& join = graph.add({left.node, right.node}, std::move(node));
  return KStream<K, Out>{{left.graph, &join, std::move(sources), false, std::move(joined.key_serde), {}}};
}

template <JoinKind kind, class K, class V, class TV, class F>
[[nodiscard]] KStream<K, JoinedValue<kind, F, K, V, TV>> joinTable(StreamPart<K, V> stream, const KTable<K, TV>& table,
                                                                   F joiner, JoinedFor<K, V, TV> joined) {
  using Out = JoinedValue<kind, F, K, V, TV>;
  requireSameGraph(stream.graph.get(), table.part().graph.get(), "a join");
  StreamsGraph& graph = *stream.graph;
  const bool named = !joined.name.empty();
  stream = repartitionedForJoin(std::move(stream), named ? joined.name : stream.node->name, named, joined.key_serde,
                                joined.value_serde);
  detail::SourceNames sources = stream.sources;
  sources.add(table.part().sources);
  const std::string name = graph.nameOr(joined.name, kind == JoinKind::left ? prefix::left_join : prefix::join);
  graph.copartition(sources, name);
  TableView<K, TV> view = table.view();
  std::vector<std::string> stores;
  std::optional<StoreBuilder> buffer;
  if (joined.grace) {
    requireHistory(graph, view.stores, *joined.grace, name);
    buffer = joinGraceBufferBuilder<K, V>(name + "-Buffer", orDefault(stream.key_serde, name),
                                          orDefault(stream.value_serde, name), *joined.grace, name);
    if (!named) graph.noteGeneratedStore(buffer->name, true);
    stores.push_back(buffer->name);
  }
  stores.insert(stores.end(), view.stores.begin(), view.stores.end());
  DslNode node = processorPart<K, V, K, Out>(
      name,
      [joiner = std::move(joiner), view = std::move(view),
       buffer = buffer ? buffer->name : std::string{}]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<StreamTableJoinProcessor<K, V, TV, kind, F>>(joiner, view, buffer);
      });
  node.nodes.front().stores = std::move(stores);
  node.takes_null_keys = kind == JoinKind::left;
  if (buffer) node.stores.push_back(std::move(*buffer));
  DslNode& join = graph.add({stream.node}, std::move(node));
  return KStream<K, Out>{{stream.graph, &join, std::move(sources), false, stream.key_serde, {}}};
}

}  // namespace detail

template <class K, class V>
template <class VO, InnerJoiner<K, V, VO> F>
auto KStream<K, V>::join(const KStream<K, VO>& other, F joiner, const JoinWindows& windows,
                         std::type_identity_t<StreamJoinedFor<K, V, VO>> joined) const {
  return detail::joinStreams<detail::JoinKind::inner>(part_, other.part_, std::move(joiner), windows, std::move(joined));
}
template <class K, class V>
template <class VO, LeftJoiner<K, V, VO> F>
auto KStream<K, V>::leftJoin(const KStream<K, VO>& other, F joiner, const JoinWindows& windows,
                             std::type_identity_t<StreamJoinedFor<K, V, VO>> joined) const {
  return detail::joinStreams<detail::JoinKind::left>(part_, other.part_, std::move(joiner), windows, std::move(joined));
}
template <class K, class V>
template <class VO, OuterJoiner<K, V, VO> F>
auto KStream<K, V>::outerJoin(const KStream<K, VO>& other, F joiner, const JoinWindows& windows,
                              std::type_identity_t<StreamJoinedFor<K, V, VO>> joined) const {
  return detail::joinStreams<detail::JoinKind::outer>(part_, other.part_, std::move(joiner), windows, std::move(joined));
}

template <class K, class V>
template <class VT, InnerJoiner<K, V, VT> F>
auto KStream<K, V>::join(const KTable<K, VT>& table, F joiner,
                         std::type_identity_t<JoinedFor<K, V, VT>> joined) const {
  return detail::joinTable<detail::JoinKind::inner>(part_, table, std::move(joiner), std::move(joined));
}
template <class K, class V>
template <class VT, LeftJoiner<K, V, VT> F>
auto KStream<K, V>::leftJoin(const KTable<K, VT>& table, F joiner,
                             std::type_identity_t<JoinedFor<K, V, VT>> joined) const {
  return detail::joinTable<detail::JoinKind::left>(part_, table, std::move(joiner), std::move(joined));
}

}  // namespace widgetstream
