#pragma once

#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// A new value under the same key.
///
/// Shape   KStream<K, V> -> KStream<K, V2>
/// Keys    unchanged, so no repartition follows
/// Time    timestamp and headers pass through
template <class K, class V, RecordMapper<K, V> F>
class MapValuesProcessor final
    : public Processor<K, V, K, ReturnedType<CallResult<F, K, V>>> {
  using V2 = ReturnedType<CallResult<F, K, V>>;

 public:
  explicit MapValuesProcessor(F mapper) : mapper_(std::move(mapper)) {}

  using Processor<K, V, K, V2>::process;
  void process(const Record<K, V>& record) override {
    const auto& result = callWith(mapper_, record, this->context().recordContext());
    this->context().forward({record.key, asNullable(kept(result)), record.timestamp, *record.headers});
  }

 private:
  F mapper_;
};

/// A new key and value.
///
/// Shape   KStream<K, V> -> KStream<K2, V2>
/// Keys    changed, so whatever groups or joins afterwards repartitions first
template <class K, class V, PairMapper<K, V> F>
class MapProcessor final : public Processor<K, V, typename ReturnedPair<CallResult<F, K, V>>::Key,
                                            typename ReturnedPair<CallResult<F, K, V>>::Value> {
  using K2 = typename ReturnedPair<CallResult<F, K, V>>::Key;
  using V2 = typename ReturnedPair<CallResult<F, K, V>>::Value;

 public:
  explicit MapProcessor(F mapper) : mapper_(std::move(mapper)) {}

  using Processor<K, V, K2, V2>::process;
  void process(const Record<K, V>& record) override {
    const auto& result = callWith(mapper_, record, this->context().recordContext());
    this->context().forward({asNullable(kept(result.first)), asNullable(kept(result.second)), record.timestamp, *record.headers});
  }

 private:
  F mapper_;
};

/// A new key over the same value.
///
/// Shape   KStream<K, V> -> KStream<K2, V>
/// Keys    changed, so whatever groups or joins afterwards repartitions first
template <class K, class V, RecordMapper<K, V> F>
class SelectKeyProcessor final : public Processor<K, V, ReturnedType<CallResult<F, K, V>>, V> {
  using K2 = ReturnedType<CallResult<F, K, V>>;

 public:
  explicit SelectKeyProcessor(F selector) : selector_(std::move(selector)) {}

  using Processor<K, V, K2, V>::process;
  void process(const Record<K, V>& record) override {
    const auto& key = callWith(selector_, record, this->context().recordContext());
    this->context().forward({asNullable(kept(key)), record.value, record.timestamp, *record.headers});
  }

 private:
  F selector_;
};

}  // namespace widgetstream::detail
