#pragma once

#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

/// Shows each record to a function; peek passes it on, foreach does not.
///
/// Shape   KStream<K, V> -> KStream<K, V>, or nothing
template <class K, class V, RecordAction<K, V> F>
class PeekProcessor final : public Processor<K, V> {
 public:
  PeekProcessor(F action, bool forwards) : action_(std::move(action)), forwards_(forwards) {}

  using Processor<K, V>::process;
  void process(const Record<K, V>& record) override {
    static_cast<void>(callAction(record));
    if (forwards_) this->context().forward(record);
  }

 private:
  int callAction(const Record<K, V>& record) {
    if constexpr (std::is_void_v<CallResult<F, K, V>>) {
      callWith(action_, record, this->context().recordContext());
    } else {
      static_cast<void>(callWith(action_, record, this->context().recordContext()));
    }
    return 0;
  }

  F action_;
  bool forwards_;
};

}  // namespace widgetstream::detail
