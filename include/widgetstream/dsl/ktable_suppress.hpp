#pragma once

// KTable::suppress(), apart because few programs need what it includes.

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/dsl/operators/suppress.hpp"
#include "widgetstream/dsl/operators/suppress_view.hpp"
#include "widgetstream/dsl/window_grace.hpp"

namespace widgetstream {
namespace detail {

/// `how` is Suppressed...::untilTimeLimit or untilWindowCloses; `plan` says what it comes to, but for the store.
template <class K, class V>
[[nodiscard]] KTable<K, V> suppressed(const KTable<K, V>& table, const std::string& given_name, SuppressPlan plan) {
  const StreamPart<K, Change<V>>& part = table.part();
  StreamsGraph& graph = *part.graph;
  // A name saves both numbers here, unlike elsewhere (contract 1.1).
  const std::string name = given_name.empty() ? graph.newProcessorName(prefix::table_suppress) : given_name;
  plan.store = given_name.empty() ? graph.newStoreName(prefix::table_suppress) : given_name + "-store";
  checkName(plan.store, "store");
  if (given_name.empty() && plan.bounds.logging) graph.noteGeneratedStore(plan.store, true);

  const bool counts_bytes = plan.bounds.max_bytes != std::numeric_limits<std::size_t>::max();
  StoreBuilder buffer = changeBufferBuilder<K, V>(plan.store, orDefault(part.key_serde, name),
                                                  orDefault(table.valueSerde(), name), counts_bytes);
  buffer.logging = plan.bounds.logging;
  buffer.log_config = plan.bounds.log_config;
  // The buffer keeps what a row was before its key began to wait.
  table.state()->enableSendingOldValues(true);

  auto state = std::make_shared<TableState>();
  state->above = {table.state()};
  const std::string store = plan.store;
  DslNode node =
      processorPart<K, Change<V>, K, Change<V>>(name, [plan = std::move(plan)]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<SuppressProcessor<K, V>>(plan);
      });
  node.output_versioned = false;
  node.reads_versioned = [name](const DslNode& parent) {
    throw Error{ErrorKind::invalid_topology, "suppress() '" + name + "' of the versioned table '" + parent.name +
                                                 "': it would send updates of the past as if they were the newest; use "
                                                 "a store without versions"};
  };
  attachStore(node, std::move(buffer));
  return {{part.graph, &graph.add({part.node}, std::move(node)), part.sources, false, part.key_serde, {}},
          table.valueSerde(), state, [table, store] { return viewOfSuppressed(table.view(), store); }};
}

}  // namespace detail

template <class K, class V>
KTable<K, V> KTable<K, V>::suppress(const SuppressedUntilTimeLimit& how) const {
  return detail::suppressed(*this, how.name, {{}, how.wait, how.bounds, false});
}

template <class K, class V>
KTable<K, V> KTable<K, V>::suppress(const SuppressedUntilWindowCloses& how) const
    requires detail::WindowedKeyTraits<K>::value {
  return detail::suppressed(*this, how.name, {{}, detail::windowGraceAbove(*part_.node), how.bounds, true});
}

}  // namespace widgetstream
