#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/grouped_part.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/aggregate.hpp"
#include "widgetstream/dsl/session_windows.hpp"
#include "widgetstream/dsl/sliding_windows.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/stream_part.hpp"
#include "widgetstream/dsl/windows.hpp"

namespace widgetstream {

template <class K, class A>
class CogroupedKStream;
template <class K, class V, class W>
class TimeWindowedKStream;
template <class K, class V>
class SessionWindowedKStream;

/// Records grouped by key, about to become a table.
///
/// A KGroupedStream is a handle: copies are the same grouping.
///
/// Keys     if the key may have changed since the last topic, the records go through a repartition topic first. Its
///          name is the Grouped's, else the store's; an unnamed grouping makes one topic for each aggregate.
/// State    one entry a key
/// Errors   records with a null key or value are dropped and counted
template <class K, class V>
class KGroupedStream {
 public:
  using Key = K;
  using Value = V;

  /// Made by KStream::groupByKey and groupBy.
  KGroupedStream(detail::StreamPart<K, V> part, std::string grouped_name)
      : grouped_(std::make_shared<detail::GroupedPart<K, V>>(std::move(part), std::move(grouped_name))) {}

  /// How many records each key has had.
  [[nodiscard]] KTable<K, std::int64_t> count(Named name = {}) const {
    return counted(name, MaterializedFor<K, std::int64_t>{});
  }
  [[nodiscard]] KTable<K, std::int64_t> count(MaterializedFor<K, std::int64_t> materialized) const {
    return count(Named{}, std::move(materialized));
  }
  [[nodiscard]] KTable<K, std::int64_t> count(Named name, MaterializedFor<K, std::int64_t> materialized) const {
    // Java uses up a store number here that names nothing; names after it must come out the same.
    if (materialized.name.empty()) static_cast<void>(grouped_->graph().newStoreName(detail::prefix::aggregate));
    return counted(name, std::move(materialized));
  }

  /// The first value of a key, then what `reducer` makes of the aggregate and each next value.
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<K, V> reduce(F reducer, MaterializedFor<K, V> materialized = {}) const {
    return reduce(std::move(reducer), Named{}, std::move(materialized));
  }
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<K, V> reduce(F reducer, Named name, MaterializedFor<K, V> materialized = {}) const {
    return aggregated(detail::ReduceStep<K, V, F>{std::move(reducer)}, detail::prefix::reduce, name,
                      std::move(materialized), grouped_->part().value_serde);
  }

  /// What `aggregator` makes of each record and the aggregate so far; a key begins with what `initializer` makes.
  template <class I, class F, class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, F aggregator,
                                       std::type_identity_t<MaterializedFor<K, A>> materialized = {}) const {
    return aggregate(std::move(initializer), std::move(aggregator), Named{}, std::move(materialized));
  }
  template <class I, class F, class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, F aggregator, Named name,
                                       std::type_identity_t<MaterializedFor<K, A>> materialized = {}) const {
    return aggregated(detail::AggregateStep<K, V, A, I, F>{std::move(initializer), std::move(aggregator)},
                      detail::prefix::aggregate, name, std::move(materialized), Serde<A>{});
  }

  /// Apart by windows: TimeWindows (tumbling and hopping), UnlimitedWindows or a type of your own.
  template <FixedWindows W>
  [[nodiscard]] TimeWindowedKStream<K, V, W> windowedBy(W windows) const {
    return {grouped_, std::move(windows)};
  }
  /// Apart by windows that follow the records.
  [[nodiscard]] TimeWindowedKStream<K, V, SlidingWindows> windowedBy(SlidingWindows windows) const {
    return {grouped_, windows};
  }
  /// Apart by sessions.
  [[nodiscard]] SessionWindowedKStream<K, V> windowedBy(SessionWindows windows) const { return {grouped_, windows}; }

  /// Begins an aggregate of several groupings: this one's records go into it by `aggregator`. The aggregate's type is
  /// named, or is what `aggregator` returns. See cogrouped_kstream.hpp.
  template <class A, AggregatorOf<K, V, A> F>
  [[nodiscard]] CogroupedKStream<K, A> cogroup(F aggregator) const;
  template <class F, class A = typename detail::CallableResult<F>::type>
  requires AggregatorOf<F, K, V, A>
  [[nodiscard]] CogroupedKStream<K, A> cogroup(F aggregator) const;

  /// The newest value of each key, queryable as `store`: toTable(Materialized::as(store)) with its names. The newest to
  /// arrive wins; a null value deletes.
  KTable<K, V> materialize(const std::string& store) const;

 private:
  template <class K2, class A>
  friend class CogroupedKStream;

  [[nodiscard]] KTable<K, std::int64_t> counted(const Named& name, MaterializedFor<K, std::int64_t> materialized) const {
    return aggregated(detail::CountStep<K, V>{}, detail::prefix::aggregate, name, std::move(materialized),
                      defaultSerde<std::int64_t>());
  }

  template <class Step, class A = typename Step::Aggregate>
  [[nodiscard]] KTable<K, A> aggregated(Step step, std::string_view prefix, const Named& name,
                                        MaterializedFor<K, A> materialized, const Serde<A>& value_serde) const {
    detail::StoreChoice<K, A> store{std::move(materialized), grouped_->graph(), prefix};
    store.orSerdes(grouped_->part().key_serde, value_serde);
    detail::AggregateTable<K, A> made;
    made.node = grouped_->graph().nameOr(name.name(), prefix);
    made.state = detail::stateOfAggregate(store.name, store.named_by_user);
    made.processor = detail::anySupplier([step = std::move(step), state = made.state] {
      return detail::makeProcessor<detail::AggregateProcessor<K, V, A, Step>>(step, state);
    });
    made.store = store.builder();
    made.key_serde = store.how.key_serde;
    made.value_serde = store.how.value_serde;
    return detail::aggregateBelow(*grouped_, std::move(made));
  }

  std::shared_ptr<detail::GroupedPart<K, V>> grouped_;
};

}  // namespace widgetstream

// Below, because KTable leads to KStream, which returns what stands above.
#include "widgetstream/dsl/cogrouped_kstream.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/dsl/session_windowed_kstream.hpp"
#include "widgetstream/dsl/time_windowed_kstream.hpp"
