#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/kgrouped_stream.hpp"
#include "widgetstream/dsl/operators/cogroup.hpp"

namespace widgetstream {

template <class K, class A, class W>
class TimeWindowedCogroupedKStream;
template <class K, class A>
class SessionWindowedCogroupedKStream;

/// Several grouped streams on their way into one aggregate, each with an aggregator of its own: one store and one
/// result for what would else be an outer join of as many aggregates.
///
/// A CogroupedKStream is a handle: cogroup() adds to it and returns it, as in Java.
///
/// Keys     each stream goes through a repartition topic of its own where its key may have changed; the topics must have
///          equal partition counts
/// State    one entry a key, or a key and window
/// Errors   as KGroupedStream; Error{invalid_topology} for streams of another StreamsBuilder
template <class K, class A>
class CogroupedKStream {
 public:
  /// Made by KGroupedStream::cogroup.
  explicit CogroupedKStream(std::shared_ptr<detail::CogroupedPart<K, A>> part) : part_(std::move(part)) {}

  /// One stream more. Naming one again replaces its aggregator.
  template <class V, AggregatorOf<K, V, A> F>
  CogroupedKStream& cogroup(const KGroupedStream<K, V>& grouped, F aggregator) {
    part_->add(grouped.grouped_, std::move(aggregator));
    return *this;
  }

  /// The aggregate of all the streams; a key begins with what `initializer` makes.
  template <InitializerOf<A> I>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, MaterializedFor<K, A> materialized = {}) const {
    return aggregate(std::move(initializer), Named{}, std::move(materialized));
  }
  /// The nodes bear the name with `-cogroup-agg-0` and so on, and `-cogroup-merge`, behind it.
  template <InitializerOf<A> I>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, Named name, MaterializedFor<K, A> materialized = {}) const {
    detail::StoreChoice<K, A> store{std::move(materialized), part_->graph(), detail::prefix::cogroup_aggregate};
    store.orSerdes(part_->keySerde(), {});
    detail::AggregateTable<K, A> made;
    made.state = detail::stateOfAggregate(store.name, store.named_by_user);
    made.store = store.builder();
    made.key_serde = store.how.key_serde;
    made.value_serde = store.how.value_serde;
    using Step = detail::CogroupStep<K, A>;
    const auto state = made.state;
    return part_->table(name, std::move(made), std::move(initializer), [state](Step step) {
      return [step = std::move(step), state]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<detail::AggregateProcessor<K, detail::AnyValue, A, Step>>(step, state);
      };
    });
  }

  /// Apart by windows: TimeWindows (tumbling and hopping), UnlimitedWindows or a type of your own.
  template <FixedWindows W>
  [[nodiscard]] TimeWindowedCogroupedKStream<K, A, W> windowedBy(W windows) const {
    return {part_, std::move(windows)};
  }
  /// Apart by windows that follow the records.
  [[nodiscard]] TimeWindowedCogroupedKStream<K, A, SlidingWindows> windowedBy(SlidingWindows windows) const {
    return {part_, windows};
  }
  /// Apart by sessions.
  [[nodiscard]] SessionWindowedCogroupedKStream<K, A> windowedBy(SessionWindows windows) const {
    return {part_, windows};
  }

 private:
  std::shared_ptr<detail::CogroupedPart<K, A>> part_;
};

template <class K, class V>
template <class A, AggregatorOf<K, V, A> F>
CogroupedKStream<K, A> KGroupedStream<K, V>::cogroup(F aggregator) const {
  CogroupedKStream<K, A> made{std::make_shared<detail::CogroupedPart<K, A>>(grouped_->part().graph)};
  return made.cogroup(*this, std::move(aggregator));
}

template <class K, class V>
template <class F, class A>
requires AggregatorOf<F, K, V, A>
CogroupedKStream<K, A> KGroupedStream<K, V>::cogroup(F aggregator) const {
  return this->template cogroup<A, F>(std::move(aggregator));
}

}  // namespace widgetstream

#include "widgetstream/dsl/windowed_cogrouped_kstream.hpp"
