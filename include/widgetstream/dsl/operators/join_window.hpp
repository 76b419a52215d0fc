#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/typed_window_store.hpp"

namespace widgetstream::detail {

/// One side of a stream-stream join on its way to it: the record is joined first, and then kept for later ones of the
/// other side.
///
/// State   a window store that keeps duplicates, with headers
/// Errors  a record too late for the store is counted as dropped by it; a null key is not kept, a null value finds
///         nobody
template <class K, class V>
class JoinWindowProcessor final : public Processor<K, V> {
 public:
  explicit JoinWindowProcessor(std::string store) : store_name_(std::move(store)) {}

  using Processor<K, V>::init;
  using Processor<K, V>::process;

  void init(ProcessorContext<K, V>& context) override {
    store_ = &context.template getStateStore<TypedJoinWindowStore<K, V>>(store_name_);
  }
  void process(const Record<K, V>& record) override {
    this->context().forward(record);
    if (!record.key) return;
    store_->put(*record.key, record.timestamp, record.value, record.timestamp,
                stampOf(this->context().recordContext(), record.timestamp, *record.headers));
  }

 private:
  std::string store_name_;
  TypedJoinWindowStore<K, V>* store_ = nullptr;
};

}  // namespace widgetstream::detail
