#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/kgrouped_stream.hpp"
#include "widgetstream/dsl/window_plan.hpp"
#include "widgetstream/dsl/time_windows.hpp"
#include "widgetstream/dsl/unlimited_windows.hpp"
#include "widgetstream/dsl/window_store_choice.hpp"

namespace widgetstream {

/// Records grouped by key and window, about to become a table of (key, window).
///
/// Shape    W is TimeWindows, UnlimitedWindows, SlidingWindows or a type of your own (see windows.hpp). A result's time
///          is that of the newest record in its window
/// Keys     as KGroupedStream
/// State    one entry a key and window, for size and grace of the windows (sliding ones: twice their difference and
///          grace) unless Materialized::withRetention() says longer
/// Errors   records with a null key are dropped and counted, and those of closed windows, once for each. Null values are
///          aggregated like others, but for sliding windows, which drop them. Error{invalid_topology} for a retention
///          that is too short
template <class K, class V, class W>
class TimeWindowedKStream {
  template <class A>
  using Kept = MaterializedFor<K, A, WindowStoreSupplier>;

 public:
  /// Made by KGroupedStream::windowedBy.
  TimeWindowedKStream(std::shared_ptr<detail::GroupedPart<K, V>> grouped, W windows)
      : grouped_(std::move(grouped)), windows_(std::move(windows)) {}

  /// When results are told; by default at each update. On close only for TimeWindows and SlidingWindows.
  /// Errors  Error{invalid_topology} for others.
  [[nodiscard]] TimeWindowedKStream emitStrategy(EmitStrategy emit) const {
    if (emit == EmitStrategy::onWindowClose() && !std::same_as<W, TimeWindows> && !detail::is_sliding<W>) {
      throw Error{ErrorKind::invalid_topology,
                  "EmitStrategy::onWindowClose() is for TimeWindows, SlidingWindows and SessionWindows; these windows "
                  "cannot tell which of them have closed, so take onWindowUpdate()"};
    }
    TimeWindowedKStream copy = *this;
    copy.emit_ = emit;
    return copy;
  }

  /// How many records each key has had in each window.
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> count(Named name = {}) const { return counted(name, {}); }
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> count(Kept<std::int64_t> materialized) const {
    return count(Named{}, std::move(materialized));
  }
  [[nodiscard]] KTable<Windowed<K>, std::int64_t> count(Named name, Kept<std::int64_t> materialized) const {
    // Java uses up a store number here that names nothing, though not for sliding windows.
    if (materialized.name.empty() && !detail::is_sliding<W>) {
      static_cast<void>(grouped_->graph().newStoreName(detail::prefix::aggregate));
    }
    return counted(name, std::move(materialized));
  }

  /// The first value of a key in a window, then what `reducer` makes of the aggregate and each next value.
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<Windowed<K>, V> reduce(F reducer, Kept<V> materialized = {}) const {
    return reduce(std::move(reducer), Named{}, std::move(materialized));
  }
  template <ReducerOf<V> F>
  [[nodiscard]] KTable<Windowed<K>, V> reduce(F reducer, Named name, Kept<V> materialized = {}) const {
    return aggregated(detail::ReduceStep<K, V, F>{std::move(reducer)}, detail::prefix::reduce, name,
                      std::move(materialized), grouped_->part().value_serde);
  }

  /// What `aggregator` makes of each record and the aggregate so far; a window begins with what `initializer` makes.
  template <class I, class F, class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, F aggregator,
                                                 std::type_identity_t<Kept<A>> materialized = {}) const {
    return aggregate(std::move(initializer), std::move(aggregator), Named{}, std::move(materialized));
  }
  template <class I, class F, class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<F, K, V, A>
  [[nodiscard]] KTable<Windowed<K>, A> aggregate(I initializer, F aggregator, Named name,
                                                 std::type_identity_t<Kept<A>> materialized = {}) const {
    return aggregated(detail::AggregateStep<K, V, A, I, F>{std::move(initializer), std::move(aggregator)},
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
    detail::StoreChoice<K, A, WindowStoreSupplier> store{std::move(materialized), grouped_->graph(), prefix};
    store.orSerdes(grouped_->part().key_serde, value_serde);
    const std::string node = grouped_->graph().nameOr(name.name(), prefix);
    detail::AggregateTable<Windowed<K>, A> made = detail::windowTable(store, windows_, emit_);
    made.node = node;
    made.processor = detail::windowProcessor<K, V, A>(std::move(step), windows_, emit_, made.state);
    return detail::aggregateBelow(*grouped_, std::move(made));
  }

  std::shared_ptr<detail::GroupedPart<K, V>> grouped_;
  W windows_;
  EmitStrategy emit_ = EmitStrategy::onWindowUpdate();
};

}  // namespace widgetstream
