#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream {

/// Makes the value a key begins with.
template <class F, class A>
concept InitializerOf = std::copy_constructible<F> && std::invocable<const F&> &&
    std::convertible_to<std::invoke_result_t<const F&>, A>;

namespace detail {

template <class R, class A>
concept AggregateResult = std::convertible_to<R, std::optional<A>>;

template <class F, class K, class V, class A>
concept CallsWithKey = requires(const F& add, const K& key, const V& value, const A& aggregate) {
  { std::invoke(add, key, value, aggregate) } -> AggregateResult<A>;
};
template <class F, class K, class V, class A>
concept CallsWithoutKey = requires(const F& add, const V& value, const A& aggregate) {
  { std::invoke(add, value, aggregate) } -> AggregateResult<A>;
};
template <class F, class K, class V, class A>
concept CallsWithContext =
    requires(const F& add, const K& key, const V& value, const A& aggregate, const RecordContext& at) {
  { std::invoke(add, key, value, aggregate, at) } -> AggregateResult<A>;
};

}  // namespace detail

/// Adds a record to an aggregate: f(key, value, aggregate), f(value, aggregate) or f(key, value, aggregate, context);
/// returns the new aggregate, or std::optional of it where it may be deleted.
template <class F, class K, class V, class A>
concept AggregatorOf = std::copy_constructible<F> &&(detail::CallsWithKey<F, K, V, A> ||
                                                     detail::CallsWithoutKey<F, K, V, A> ||
                                                     detail::CallsWithContext<F, K, V, A>);

/// Makes one value of two: f(aggregate, value); std::optional where the key may be deleted.
template <class F, class V>
concept ReducerOf = std::copy_constructible<F> && requires(const F& reduce, const V& aggregate, const V& value) {
  { std::invoke(reduce, aggregate, value) } -> detail::AggregateResult<V>;
};

namespace detail {

/// The aggregate of each key, as a table.
///
/// Shape   KGroupedStream<K, V> -> KTable<K, A>
/// State   one entry a key, with the largest timestamp that went into it; after a delete the next record's own
/// Errors  records with a null key or value are dropped and counted, as in Java
///
/// `Step` computes: std::optional<A> first(record), std::optional<A> next(record, const A&).
template <class K, class V, class A, class Step>
class AggregateProcessor final : public Processor<K, V, K, Change<A>> {
 public:
  AggregateProcessor(Step step, std::shared_ptr<const TableState> state)
      : step_(std::move(step)), state_(std::move(state)) {}

  using Processor<K, V, K, Change<A>>::init;
  using Processor<K, V, K, Change<A>>::process;

  void init(ProcessorContext<K, Change<A>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, V>& record) override {
    if (!record.key || !record.value) {
      this->context().dropped(record.key ? "null-value" : "null-key");
      return;
    }
    const StoredValue<A> old = table_.find(*record.key);
    const Timestamp timestamp = old.value ? std::max(old.timestamp, record.timestamp) : record.timestamp;
    const std::optional<A> updated = step_(record, old.value, this->context().recordContext());
    table_.write(record, updated ? Nullable<A>{*updated} : Nullable<A>{}, old.value, timestamp);
  }

 private:
  Step step_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, A> table_;
};

template <class K, class V>
struct CountStep {
  std::optional<std::int64_t> operator()(const Record<K, V>&, Nullable<std::int64_t> count,
                                         const RecordContext&) const {
    return count ? *count + 1 : 1;
  }
};

template <class K, class V, class F>
struct ReduceStep {
  F reducer;
  std::optional<V> operator()(const Record<K, V>& record, Nullable<V> aggregate, const RecordContext&) const {
    if (!aggregate) return *record.value;
    return std::invoke(reducer, *aggregate, *record.value);
  }
};

template <class K, class V, class A, class I, class F>
struct AggregateStep {
  I initializer;
  F aggregator;
  std::optional<A> operator()(const Record<K, V>& record, Nullable<A> aggregate, const RecordContext& at) const {
    if (aggregate) return add(record, *aggregate, at);
    const A first = std::invoke(initializer);
    return add(record, first, at);
  }

 private:
  std::optional<A> add(const Record<K, V>& record, const A& aggregate, const RecordContext& input) const {
    if constexpr (CallsWithKey<F, K, V, A>) {
      return std::invoke(aggregator, *record.key, *record.value, aggregate);
    } else if constexpr (CallsWithoutKey<F, K, V, A>) {
      return std::invoke(aggregator, *record.value, aggregate);
    } else {
      const RecordContext at{input.topic(), input.partition(), input.offset(), record.timestamp, *record.headers};
      return std::invoke(aggregator, *record.key, *record.value, aggregate, at);
    }
  }
};

}  // namespace detail
}  // namespace widgetstream
