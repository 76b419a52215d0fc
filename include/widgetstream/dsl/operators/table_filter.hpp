#pragma once

#include <memory>
#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// The rows its predicate accepts; a row that no longer passes becomes a tombstone.
///
/// Shape   KTable<K, V> -> KTable<K, V>
/// Keys    unchanged; the predicate never sees a null value
/// State   none unless materialized. Without old values every row that does not pass is a tombstone, also when it
///         never passed; with them only real changes are told, as in Java
template <class K, class V, RecordPredicate<K, V> F>
class TableFilterProcessor final : public Processor<K, Change<V>, K, Change<V>> {
 public:
  TableFilterProcessor(F accepts, bool negated, std::shared_ptr<const TableState> state)
      : accepts_(std::move(accepts)), negated_(negated), state_(std::move(state)) {}

  using Processor<K, Change<V>, K, Change<V>>::init;
  using Processor<K, Change<V>, K, Change<V>>::process;

  void init(ProcessorContext<K, Change<V>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, Change<V>>& record) override {
    const Nullable<V> now = passing(record, record.value->new_value);
    if (!table_.materialized()) {
      const Nullable<V> before = table_.sendsOldValues() ? passing(record, record.value->old_value) : Nullable<V>{};
      if (table_.sendsOldValues() && !now && !before) return;
      table_.pass(record, now, before);
      return;
    }
    const StoredValue<V> before = table_.sendsOldValues() ? table_.find(*record.key) : StoredValue<V>{};
    if (table_.sendsOldValues() && !now && !before.value) return;
    table_.write(record, now, before.value, record.timestamp);
  }

 private:
  Nullable<V> passing(const Record<K, Change<V>>& record, Nullable<V> value) {
    if (!value) return {};
    const Record<K, V> row{record.key, value, record.timestamp, *record.headers};
    const bool accepted = callWith(accepts_, row, this->context().recordContext());
    return accepted != negated_ ? value : Nullable<V>{};
  }

  F accepts_;
  bool negated_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, V> table_;
};

}  // namespace widgetstream::detail
