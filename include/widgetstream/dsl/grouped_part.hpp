#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/dsl/stream_part.hpp"

namespace widgetstream {

template <class K, class V>
class KTable;

namespace detail {

/// What a grouping and all that is made of it share: where its records are, and its repartition topic once it is there.
template <class K, class V>
class GroupedPart {
 public:
  GroupedPart(StreamPart<K, V> part, std::string name) : part_(std::move(part)), name_(std::move(name)) {}

  [[nodiscard]] const StreamPart<K, V>& part() const noexcept { return part_; }
  [[nodiscard]] StreamsGraph& graph() const noexcept { return *part_.graph; }

  /// The names around its repartition topic; uses up three numbers. Only if the key may have changed.
  [[nodiscard]] std::optional<RepartitionNames> repartitionFor(const std::string& store) const {
    if (!part_.needs_repartition) return std::nullopt;
    return repartitionNames(*part_.graph, name_.empty() ? store : name_);
  }
  /// A node for that topic, not attached to anything yet.
  [[nodiscard]] DslNode repartition(const RepartitionNames& names) const {
    return repartitionPart<K, V>(names, part_.key_serde, part_.value_serde);
  }

  /// This stream, behind a repartition topic if its key may have changed. A named grouping makes the topic once.
  [[nodiscard]] StreamPart<K, V> repartitioned(const std::string& store) {
    const std::optional<RepartitionNames> names = repartitionFor(store);
    if (!names) return part_;
    if (!repartition_ || name_.empty()) {
      repartition_ = &part_.graph->add({part_.node}, repartition(*names));
    } else {
      part_.graph->attach(*part_.node, *repartition_);
    }
    return {part_.graph, repartition_, {names->source}, false, part_.key_serde, part_.value_serde};
  }

 private:
  StreamPart<K, V> part_;
  std::string name_;
  DslNode* repartition_ = nullptr;
};

/// An aggregate's node and store, named and made; what is left is its place.
template <class K, class A>
struct AggregateTable {
  std::string node;
  AnyProcessorSupplier processor;
  StoreBuilder store;
  std::shared_ptr<TableState> state;
  Serde<K> key_serde;
  Serde<A> value_serde;
  /// See DslNode.
  std::optional<Milliseconds> window_grace;
};

/// State of a table that keeps its rows in this store from the start.
[[nodiscard]] inline std::shared_ptr<TableState> stateOfAggregate(const std::string& store, bool queryable) {
  auto state = std::make_shared<TableState>();
  state->store = store;
  state->queryable = queryable;
  return state;
}

/// The table of an aggregate below the records it is made of.
template <class K, class V, class KOut, class A>
[[nodiscard]] KTable<KOut, A> aggregateBelow(GroupedPart<K, V>& grouped, AggregateTable<KOut, A> made) {
  const StreamPart<K, V> from = grouped.repartitioned(made.store.name);
  DslNode node = processorPart<K, V, KOut, Change<A>>(made.node, std::move(made.processor));
  node.output_versioned = made.store.changelog.kind == ChangelogRetention::Kind::versioned;
  node.window_grace = made.window_grace;
  node.nodes.front().stores.push_back(made.store.name);
  node.stores.push_back(std::move(made.store));
  return {{from.graph, &from.graph->add({from.node}, std::move(node)), from.sources, false,
           std::move(made.key_serde), {}},
          std::move(made.value_serde), std::move(made.state)};
}

}  // namespace detail
}  // namespace widgetstream
