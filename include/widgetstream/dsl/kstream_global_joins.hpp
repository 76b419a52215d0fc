#pragma once

// The joins of KStream with global tables.

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/global_ktable.hpp"
#include "widgetstream/dsl/kstream.hpp"
#include "widgetstream/dsl/operators/stream_table_join.hpp"
#include "widgetstream/dsl/stream_join_plan.hpp"

namespace widgetstream {
namespace detail {

template <JoinKind kind, class K, class V, class KT, class VT, class S, class F>
[[nodiscard]] KStream<K, JoinedValue<kind, F, K, V, VT>> joinGlobalTable(const StreamPart<K, V>& stream,
                                                                         const GlobalKTable<KT, VT>& table, S selector,
                                                                         F joiner, const Named& named) {
  using Out = JoinedValue<kind, F, K, V, VT>;
  requireSameGraph(stream.graph.get(), table.graph().get(), "a join");
  const std::string name = stream.graph->nameOr(named.name(), prefix::left_join);
  DslNode node = processorPart<K, V, K, Out>(
      name,
      [selector = std::move(selector), joiner = std::move(joiner),
       view = table.view()]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<StreamGlobalTableJoinProcessor<K, V, KT, VT, kind, S, F>>(selector, joiner, view);
      });
  node.takes_null_keys = kind == JoinKind::left;
  DslNode& join = stream.graph->add({stream.node}, std::move(node));
  return KStream<K, Out>{{stream.graph, &join, stream.sources, stream.needs_repartition, stream.key_serde, {}}};
}

}  // namespace detail

template <class K, class V>
template <class KT, class VT, KeySelectorFor<KT, K, V> S, InnerJoiner<K, V, VT> F>
auto KStream<K, V>::join(const GlobalKTable<KT, VT>& table, S selector, F joiner, Named name) const {
  return detail::joinGlobalTable<detail::JoinKind::inner>(part_, table, std::move(selector), std::move(joiner), name);
}
template <class K, class V>
template <class KT, class VT, KeySelectorFor<KT, K, V> S, LeftJoiner<K, V, VT> F>
auto KStream<K, V>::leftJoin(const GlobalKTable<KT, VT>& table, S selector, F joiner, Named name) const {
  return detail::joinGlobalTable<detail::JoinKind::left>(part_, table, std::move(selector), std::move(joiner), name);
}

}  // namespace widgetstream
