#pragma once

#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Any number of values under the same key, in the order of the range.
///
/// Shape   KStream<K, V> -> KStream<K, V2>
/// Keys    unchanged, so no repartition follows
template <class K, class V, ValuesMapper<K, V> F>
class FlatMapValuesProcessor final : public Processor<K, V, K, ReturnedType<ElementOf<CallResult<F, K, V>>>> {
  using Element = ElementOf<CallResult<F, K, V>>;

 public:
  explicit FlatMapValuesProcessor(F mapper) : mapper_(std::move(mapper)) {}

  using Processor<K, V, K, ReturnedType<Element>>::process;
  void process(const Record<K, V>& record) override {
    const auto& results = callWith(mapper_, record, this->context().recordContext());
    for (const Element& result : results) {
      this->context().forward({record.key, asNullable(kept(result)), record.timestamp, *record.headers});
    }
  }

 private:
  F mapper_;
};

/// Any number of keys and values, in the order of the range.
///
/// Shape   KStream<K, V> -> KStream<K2, V2>
/// Keys    changed, so whatever groups or joins afterwards repartitions first
template <class K, class V, PairsMapper<K, V> F>
class FlatMapProcessor final
    : public Processor<K, V, typename ReturnedPair<ElementOf<CallResult<F, K, V>>>::Key,
                       typename ReturnedPair<ElementOf<CallResult<F, K, V>>>::Value> {
  using Element = ElementOf<CallResult<F, K, V>>;

 public:
  explicit FlatMapProcessor(F mapper) : mapper_(std::move(mapper)) {}

  using Processor<K, V, typename ReturnedPair<Element>::Key, typename ReturnedPair<Element>::Value>::process;
  void process(const Record<K, V>& record) override {
    const auto& results = callWith(mapper_, record, this->context().recordContext());
    for (const Element& result : results) {
      this->context().forward(
          {asNullable(kept(result.first)), asNullable(kept(result.second)), record.timestamp, *record.headers});
    }
  }

 private:
  F mapper_;
};

}  // namespace widgetstream::detail
