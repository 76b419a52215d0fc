#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/aggregate.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/stream_part.hpp"

namespace widgetstream {

template <class K, class V>
class KTable;

/// Records grouped by key, about to become a table.
///
/// Keys     if the key may have changed since the last topic, the records go through a repartition topic first. Its
///          name is the Grouped's, else the store's; an unnamed grouping makes one topic for each aggregate.
/// State    one entry a key
/// Errors   records with a null key or value are dropped and counted
template <class K, class V>
class KGroupedStream {
 public:
  /// Made by KStream::groupByKey and groupBy.
  KGroupedStream(detail::StreamPart<K, V> part, std::string grouped_name)
      : part_(std::move(part)), grouped_name_(std::move(grouped_name)) {}

  /// How many records each key has had.
  [[nodiscard]] KTable<K, std::int64_t> count(Named name = {}) {
    return counted(name, MaterializedFor<K, std::int64_t>{});
  }
  [[nodiscard]] KTable<K, std::int64_t> count(MaterializedFor<K, std::int64_t> materialized) {
    return count(Named{}, std::move(materialized));
  }
  [[nodiscard]] KTable<K, std::int64_t> count(Named name, MaterializedFor<K, std::int64_t> materialized) {
    // Java uses up a store number here that names nothing; names after it must come out the same.
    if (materialized.name.empty()) static_cast<void>(part_.graph->newStoreName(detail::prefix::aggregate));
    return counted(name, std::move(materialized));
  }

  /// The first value of a key, then what `reducer` makes of the aggregate and each next value.
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<K, V> reduce(F reducer, MaterializedFor<K, V> materialized = {}) {
    return reduce(std::move(reducer), Named{}, std::move(materialized));
  }
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<K, V> reduce(F reducer, Named name, MaterializedFor<K, V> materialized = {}) {
    return aggregated<V>(detail::ReduceStep<K, V, F>{std::move(reducer)}, detail::prefix::reduce, name,
                         std::move(materialized), part_.value_serde);
  }

  /// What `aggregator` makes of each record and the aggregate so far; a key begins with what `initializer` makes.
  template <class I, class F, class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, F aggregator,
                                       std::type_identity_t<MaterializedFor<K, A>> materialized = {}) {
    return aggregate(std::move(initializer), std::move(aggregator), Named{}, std::move(materialized));
  }
  template <class I, class F, class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, F aggregator, Named name,
                                       std::type_identity_t<MaterializedFor<K, A>> materialized = {}) {
    return aggregated<A>(
        detail::AggregateStep<K, V, A, I, F>{std::move(initializer), std::move(aggregator)}, detail::prefix::aggregate,
        name, std::move(materialized), Serde<A>{});
  }

  /// The newest value of each key, queryable as `store`: toTable(Materialized::as(store)) with its names. The newest to
  /// arrive wins; a null value deletes.
  KTable<K, V> materialize(const std::string& store);

 private:
  [[nodiscard]] KTable<K, std::int64_t> counted(const Named& name, MaterializedFor<K, std::int64_t> materialized) {
    return aggregated<std::int64_t>(detail::CountStep<K, V>{}, detail::prefix::aggregate, name,
                                    std::move(materialized), defaultSerde<std::int64_t>());
  }

  template <class A, class Step>
  [[nodiscard]] KTable<K, A> aggregated(Step step, std::string_view prefix, const Named& name,
                                        MaterializedFor<K, A> materialized, const Serde<A>& value_serde) {
    detail::StoreChoice<K, A> store{std::move(materialized), *part_.graph, prefix};
    store.orSerdes(part_.key_serde, value_serde);
    const std::string node_name = part_.graph->nameOr(name.name(), prefix);
    const detail::StreamPart<K, V> from = repartitioned(store.name);

    auto state = std::make_shared<detail::TableState>();
    state->store = store.name;
    state->queryable = store.named_by_user;
    detail::DslNode node = detail::processorPart<K, V, K, Change<A>>(
        node_name, [step = std::move(step), state]() -> std::unique_ptr<AnyProcessor> {
          return std::make_unique<detail::AggregateProcessor<K, V, A, Step>>(step, state);
        });
    node.nodes.front().stores.push_back(store.name);
    node.stores.push_back(store.builder());
    return {{from.graph, &from.graph->add({from.node}, std::move(node)), from.sources, false, store.how.key_serde, {}},
            store.how.value_serde, state};
  }

  /// This stream, behind a repartition topic if its key may have changed. A named grouping makes the topic once.
  [[nodiscard]] detail::StreamPart<K, V> repartitioned(const std::string& store) {
    if (!part_.needs_repartition) return part_;
    const detail::RepartitionNames names =
        detail::repartitionNames(*part_.graph, grouped_name_.empty() ? store : grouped_name_);
    if (!repartition_ || grouped_name_.empty()) {
      repartition_ = &part_.graph->add(
          {part_.node}, detail::repartitionPart<K, V>(names, part_.key_serde, part_.value_serde));
    } else {
      part_.graph->attach(*part_.node, *repartition_);
    }
    return {part_.graph, repartition_, {names.source}, false, part_.key_serde, part_.value_serde};
  }

  detail::StreamPart<K, V> part_;
  std::string grouped_name_;
  detail::DslNode* repartition_ = nullptr;
};

}  // namespace widgetstream

// Below, because KTable leads to KStream, which returns what stands above.
#include "widgetstream/dsl/ktable.hpp"
