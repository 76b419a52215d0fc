#pragma once

#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Forwards the records its predicate accepts (filterNot: refuses) and drops the rest.
///
/// Shape   KStream<K, V> -> KStream<K, V>
/// Keys    unchanged, so no repartition follows
/// Time    timestamp and headers pass through
/// Errors  what the predicate throws reaches the processing handler, with the record
template <class K, class V, RecordPredicate<K, V> F>
class FilterProcessor final : public Processor<K, V> {
 public:
  FilterProcessor(F accepts, bool negated) : accepts_(std::move(accepts)), negated_(negated) {}

  using Processor<K, V>::process;
  void process(const Record<K, V>& record) override {
    const bool accepted = callWith(accepts_, record, this->context().recordContext());
    if (accepted != negated_) this->context().forward(record);
  }

 private:
  F accepts_;
  bool negated_;
};

}  // namespace widgetstream::detail
