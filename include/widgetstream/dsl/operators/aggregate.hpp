#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/operators/aggregate_steps.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// The aggregate of each key, as a table.
///
/// Shape   KGroupedStream<K, V> -> KTable<K, A>
/// State   one entry a key, with the largest timestamp that went into it; after a delete the next record's own
/// Errors  records with a null key or value are dropped and counted, as in Java
///
/// `Step` computes; see aggregate_steps.hpp. The value before, told where it is asked for, is what the key began with
/// for the first record, as in Java.
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
    const Timestamp timestamp = old.value ? later(old.timestamp, record.timestamp) : record.timestamp;
    const AggregateBefore<A> before{old.value, step_};
    const std::optional<A> updated = step_.add(record, before.value(), this->context().recordContext());
    table_.write(record, borrowed(updated), before.value(), timestamp);
  }

 private:
  Step step_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, A> table_;
};

}  // namespace widgetstream::detail
