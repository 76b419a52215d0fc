#pragma once

// How the rows of a KTable are grouped.

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/ktable.hpp"

namespace widgetstream {

template <class K, class V>
template <GroupSelector<K, V> F>
auto KTable<K, V>::groupBy(F selector, GroupedFor<typename detail::GroupPair<F, K, V>::Key,
                                                  typename detail::GroupPair<F, K, V>::Value> grouped) const {
  using K2 = typename detail::GroupPair<F, K, V>::Key;
  using V2 = typename detail::GroupPair<F, K, V>::Value;
  const std::string name = part_.graph->nameOr(grouped.name, detail::prefix::table_select);
  auto versioned = std::make_shared<bool>(false);
  const Serde<K2> keys = detail::orDefault(grouped.key_serde, name);
  detail::DslNode node = detail::processorPart<K, Change<V>, K2, Change<V2>>(
      name, [selector = std::move(selector), keys, versioned]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<detail::TableGroupByProcessor<K, V, F>>(selector, keys, versioned);
      });
  node.reads_versioned = [versioned](const detail::DslNode&) { *versioned = true; };
  detail::DslNode& added = part_.graph->add({part_.node}, std::move(node));
  state_->enableSendingOldValues(true);
  return KGroupedTable<K2, V2>{
      {part_.graph, &added, part_.sources, true, std::move(grouped.key_serde), std::move(grouped.value_serde)},
      std::move(grouped.name)};
}

}  // namespace widgetstream
