#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/kgrouped_stream.hpp"
#include "widgetstream/dsl/session_window_plan.hpp"
#include "widgetstream/dsl/window_store_choice.hpp"

namespace widgetstream {

/// Records grouped by key and session, about to become a table of (key, session).
///
/// Shape    a record that joins sessions deletes them, each with a tombstone, and makes one of them all. A result's time
///          is the end of its session
/// Keys     as KGroupedStream
/// State    one entry a session, for gap and grace unless Materialized::withRetention() says longer
/// Errors   records with a null key are dropped and counted, and those of closed sessions. Null values are aggregated
///          like others. Error{invalid_topology} for a retention that is too short
template <class K, class V>
class SessionWindowedKStream {
  template <class A>
  using Kept = MaterializedFor<K, A, SessionStoreSupplier>;

 public:
  /// Made by KGroupedStream::windowedBy.
  SessionWindowedKStream(std::shared_ptr<detail::GroupedPart<K, V>> grouped, SessionWindows windows)
      : grouped_(std::move(grouped)), windows_(windows) {}

  /// When results are told; by default at each update.
  [[nodiscard]] SessionWindowedKStream emitStrategy(EmitStrategy emit) const {
    SessionWindowedKStream copy = *this;
    copy.emit_ = emit;
    return copy;
  }

  /// How many records each session has had.
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> count(Named name = {}) const { return counted(name, {}); }
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> count(Kept<std::int64_t> materialized) const {
    return count(Named{}, std::move(materialized));
  }
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> count(Named name, Kept<std::int64_t> materialized) const {
    // Java uses up a store number here that names nothing; names after it must come out the same.
    if (materialized.name.empty()) static_cast<void>(grouped_->graph().newStoreName(detail::prefix::aggregate));
    return counted(name, std::move(materialized));
  }

  /// The first value of a session, then what `reducer` makes of the aggregate and each next value; of two sessions that
  /// become one it gets both aggregates, the earlier first.
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<Windowed<K>, V> reduce(F reducer, Kept<V> materialized = {}) const {
    return reduce(std::move(reducer), Named{}, std::move(materialized));
  }
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<Windowed<K>, V> reduce(F reducer, Named name, Kept<V> materialized = {}) const {
    return aggregated(detail::ReduceStep<K, V, F>{std::move(reducer)}, detail::prefix::reduce, name,
                      std::move(materialized), grouped_->part().value_serde);
  }

  /// What `aggregator` makes of each record and the aggregate so far. That is what `initializer` makes, merged by
  /// `merger` with the aggregates of the sessions that the record belongs to, one after the other.
  template <class I, class F, class M,
            class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A> && SessionMergerOf<M, K, A>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, F aggregator, M merger,
                                                 std::type_identity_t<Kept<A>> materialized = {}) const {
    return aggregate(std::move(initializer), std::move(aggregator), std::move(merger), Named{},
                     std::move(materialized));
  }
  template <class I, class F, class M,
            class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A> && SessionMergerOf<M, K, A>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, F aggregator, M merger, Named name,
                                                 std::type_identity_t<Kept<A>> materialized = {}) const {
    using Step = detail::SessionAggregateStep<K, V, A, I, F, M>;
    return aggregated(Step{{std::move(initializer), std::move(aggregator)}, std::move(merger)},
                      detail::prefix::aggregate, name, std::move(materialized), Serde<A>{});
  }

 private:
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> counted(const Named& name, Kept<std::int64_t> materialized) const {
    return aggregated(detail::CountStep<K, V>{}, detail::prefix::aggregate, name, std::move(materialized),
                      defaultSerde<std::int64_t>());
  }

  template <class Step, class A = typename Step::Aggregate>
  [[nodiscard]] KTable<Windowed<K>, A> aggregated(Step step, std::string_view prefix, const Named& name,
                                                  Kept<A> materialized, const Serde<A>& value_serde) const {
    detail::StoreChoice<K, A, SessionStoreSupplier> store{std::move(materialized), grouped_->graph(), prefix};
    store.orSerdes(grouped_->part().key_serde, value_serde);
    const std::string node = grouped_->graph().nameOr(name.name(), prefix);
    detail::AggregateTable<Windowed<K>, A> made = detail::sessionTable(store, windows_, emit_);
    made.node = node;
    made.processor = detail::sessionProcessor<K, V, A>(std::move(step), windows_, emit_, made.state);
    return detail::aggregateBelow(*grouped_, std::move(made));
  }

  std::shared_ptr<detail::GroupedPart<K, V>> grouped_;
  SessionWindows windows_;
  EmitStrategy emit_ = EmitStrategy::onWindowUpdate();
};

}  // namespace widgetstream
