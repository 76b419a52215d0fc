#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "widgetstream/dsl/aggregate_forms.hpp"

// What the processors of aggregates compute, apart from where they keep it. A step has
//
//   std::optional<A> initial() const                      what a key begins with; null for reduce
//   std::optional<A> add(record, aggregate, context) const
//   std::optional<A> merge(key, one, other) const         of two sessions; the first may be initial()

namespace widgetstream::detail {

template <class K, class V>
struct CountStep {
  using Aggregate = std::int64_t;

  [[nodiscard]] std::optional<Aggregate> initial() const { return 0; }
  [[nodiscard]] std::optional<Aggregate> add(const Record<K, V>&, Nullable<Aggregate> count,
                                             const RecordContext&) const {
    return *count + 1;
  }
  [[nodiscard]] std::optional<Aggregate> merge(const K&, Nullable<Aggregate> one, Nullable<Aggregate> other) const {
    return *one + *other;
  }
};

template <class K, class V, class F>
struct ReduceStep {
  using Aggregate = V;
  F reducer;

  [[nodiscard]] std::optional<V> initial() const { return std::nullopt; }
  [[nodiscard]] std::optional<V> add(const Record<K, V>& record, Nullable<V> aggregate, const RecordContext&) const {
    return reduced(aggregate, record.value);
  }
  [[nodiscard]] std::optional<V> merge(const K&, Nullable<V> one, Nullable<V> other) const {
    return reduced(one, other);
  }

 private:
  [[nodiscard]] std::optional<V> reduced(Nullable<V> aggregate, Nullable<V> value) const {
    return aggregate ? callReducer(reducer, aggregate, value) : copied(value);
  }
};

template <class K, class V, class A, class I, class F>
struct AggregateStep {
  using Aggregate = A;
  I initializer;
  F aggregator;

  [[nodiscard]] std::optional<A> initial() const { return std::invoke(initializer); }
  [[nodiscard]] std::optional<A> add(const Record<K, V>& record, Nullable<A> aggregate, const RecordContext& at) const {
    return callAggregator<A>(aggregator, record, aggregate, at);
  }
};

template <class K, class V, class A, class I, class F, class M>
struct SessionAggregateStep {
  using Aggregate = A;
  AggregateStep<K, V, A, I, F> within;
  M merger;

  [[nodiscard]] std::optional<A> initial() const { return within.initial(); }
  [[nodiscard]] std::optional<A> add(const Record<K, V>& record, Nullable<A> aggregate, const RecordContext& at) const {
    return within.add(record, aggregate, at);
  }
  [[nodiscard]] std::optional<A> merge(const K& key, Nullable<A> one, Nullable<A> other) const {
    return callMerger(merger, key, one, other);
  }
};

/// What an aggregate was before a record came: what is stored, else what it begins with.
template <class A>
class AggregateBefore {
 public:
  template <class Step>
  AggregateBefore(Nullable<A> stored, const Step& step)
      : fresh_(stored ? std::nullopt : step.initial()), value_(stored ? stored : borrowed(fresh_)) {}
  AggregateBefore(const AggregateBefore&) = delete;
  AggregateBefore& operator=(const AggregateBefore&) = delete;

  [[nodiscard]] const Nullable<A>& value() const noexcept { return value_; }

 private:
  std::optional<A> fresh_;
  Nullable<A> value_;
};

}  // namespace widgetstream::detail
