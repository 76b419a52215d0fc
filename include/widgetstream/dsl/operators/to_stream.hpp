#pragma once

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// The updates of a table as a stream, tombstones included.
///
/// Shape   KTable<K, V> -> KStream<K, V>
template <class K, class V>
class ToStreamProcessor final : public Processor<K, Change<V>, K, V> {
 public:
  using Processor<K, Change<V>, K, V>::process;
  void process(const Record<K, Change<V>>& record) override {
    this->context().forward({record.key, record.value->new_value, record.timestamp, *record.headers});
  }
};

}  // namespace widgetstream::detail
