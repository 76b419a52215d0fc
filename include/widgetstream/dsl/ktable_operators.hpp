#pragma once

// What KTable makes of one table: filter, mapValues, transformValues.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/ktable.hpp"

namespace widgetstream {

template <class K, class V>
template <class V2, class Make>
KTable<K, V2> KTable<K, V>::below(std::string_view prefix, const Named& name, MaterializedFor<K, V2>* how,
                                  const Serde<V2>& value_serde, Make make,
                                  std::function<detail::TableView<K, V2>()> computed) const {
  auto state = std::make_shared<detail::TableState>();
  state->above = {state_};
  std::optional<StoreBuilder> store;
  const bool versioned = how && how->versioned;
  Serde<K> key_serde = part_.key_serde;
  Serde<V2> serde = value_serde;
  if (how && how->name.empty()) {
    // Java uses up a store number for an unnamed Materialized, except in transformValues, and then makes no store.
    if (prefix != detail::prefix::table_transform_values) static_cast<void>(part_.graph->newStoreName(prefix));
    key_serde = detail::firstOf(how->key_serde, part_.key_serde);
    serde = detail::firstOf(how->value_serde, value_serde);
  } else if (how) {
    detail::StoreChoice<K, V2> choice{std::move(*how), *part_.graph, prefix};
    choice.orSerdes(part_.key_serde, value_serde);
    key_serde = choice.how.key_serde;
    serde = choice.how.value_serde;
    state->store = choice.name;
    state->queryable = true;
    store = choice.builder();
  }
  const std::string node_name = part_.graph->nameOr(name.name(), prefix);
  detail::DslNode& node = part_.graph->add({part_.node}, detail::processorPart<K, Change<V>, K, Change<V2>>(
                                                             node_name, make(state)));
  if (how) node.output_versioned = versioned;
  if (store) detail::attachStore(node, std::move(*store));
  return {{part_.graph, &node, part_.sources, false, std::move(key_serde), {}}, std::move(serde), state,
          std::move(computed)};
}

template <class K, class V>
template <class F>
KTable<K, V> KTable<K, V>::filtered(F accepts, bool negated, const Named& name, MaterializedFor<K, V>* how) const {
  const detail::RowFilter<K, V, F> filter{std::move(accepts), negated};
  auto versioned = std::make_shared<bool>(false);
  auto filtered = below<V>(
      detail::prefix::table_filter, name, how, value_serde_,
      [&](const std::shared_ptr<detail::TableState>& state) {
        return [filter, state, versioned]() -> std::unique_ptr<AnyProcessor> {
          return detail::makeProcessor<detail::TableFilterProcessor<K, V, F>>(filter, state, versioned);
        };
      },
      [filter, above = *this] { return detail::viewOfFiltered<K, V, F>(above.view(), filter); });
  filtered.part_.node->reads_versioned = [versioned](const detail::DslNode&) { *versioned = true; };
  // With old values it can tell which rows never passed, so that these need no tombstone.
  filtered.state_->send_old_values = state_->enableSendingOldValues(false);
  return filtered;
}

template <class K, class V>
template <class F>
KTable<K, detail::MappedValue<F, K, V>> KTable<K, V>::mapped(F mapper, const Named& name,
                                                            MaterializedFor<K, Mapped<F>>* how) const {
  return below<Mapped<F>>(
      detail::prefix::table_map_values, name, how, Serde<Mapped<F>>{},
      [&](const std::shared_ptr<detail::TableState>& state) {
        return [mapper, state]() -> std::unique_ptr<AnyProcessor> {
          return detail::makeProcessor<detail::TableMapValuesProcessor<K, V, F>>(mapper, state);
        };
      },
      [mapper, above = *this] { return detail::viewOfMapped<K, V, F>(above.view(), mapper); });
}

template <class K, class V>
template <class S>
KTable<K, detail::TransformedValue<S, K, V>> KTable<K, V>::transformed(
    S supplier, const Named& name, MaterializedFor<K, detail::TransformedValue<S, K, V>>* how,
    std::vector<std::string> stores) const {
  using V2 = detail::TransformedValue<S, K, V>;
  if constexpr (requires { supplier.stores(); }) {
    for (StoreBuilder& store : supplier.stores()) {
      stores.push_back(store.name);
      part_.graph->addSharedStateStore(std::move(store));
    }
  }
  auto made = below<V2>(
      detail::prefix::table_transform_values, name, how, Serde<V2>{},
      [&](const std::shared_ptr<detail::TableState>& state) {
        return [supplier, state]() -> std::unique_ptr<AnyProcessor> {
          return detail::makeProcessor<detail::TableTransformValuesProcessor<K, V, V2, S>>(supplier, state);
        };
      },
      [supplier, above = *this] { return detail::viewOfTransformed<K, V, V2, S>(above.view(), supplier); });
  std::vector<std::string>& connected = made.part().node->nodes.front().stores;
  connected.insert(connected.end(), stores.begin(), stores.end());
  return made;
}

}  // namespace widgetstream
