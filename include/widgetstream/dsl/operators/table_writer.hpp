#pragma once

#include <string>
#include <utility>

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/operators/table_rows.hpp"
#include "widgetstream/dsl/operators/table_state.hpp"
#include "widgetstream/processor/processor.hpp"

namespace widgetstream::detail {

[[nodiscard]] inline RecordStamp stampOf(const RecordContext& at, Timestamp timestamp, const Headers& headers) {
  return {at.topic(), at.partition(), at.offset(), timestamp, &headers};
}

/// Writes a table's store and passes the changes on: at once, or through the record cache at its flush.
///
/// Order    store and changelog before the record below, as in Java.
template <class K, class V>
class TableWriter {
 public:
  void init(ProcessorContext<K, Change<V>>& context, const TableState& state) {
    context_ = &context;
    send_old_values_ = state.send_old_values;
    if (!state.materialized()) return;
    rows_ = TableRows<K, V>{context.any(), state.store};
    if (!rows_.caching()) return;
    rows_.onFlush([this](const K& key, Nullable<V> new_value, Nullable<V> old_value, Timestamp timestamp,
                         const RecordStamp& stamp) {
      const RecordContext as{stamp.topic, stamp.partition, stamp.offset, stamp.timestamp, *stamp.headers};
      const auto acting = context_->any().actAs(as);
      forward({Nullable<K>{key}, {}, timestamp, *stamp.headers}, {new_value, old_value});
    });
  }

  [[nodiscard]] bool materialized() const noexcept { return static_cast<bool>(rows_); }
  [[nodiscard]] bool sendsOldValues() const noexcept { return send_old_values_; }
  [[nodiscard]] StoredValue<V> find(const K& key) { return rows_.find(key); }

  /// Puts the value and tells the nodes below, unless the store refuses it. `old_value` may be what find() gave for
  /// this key.
  template <class VIn>
  void write(const Record<K, VIn>& record, Nullable<V> new_value, Nullable<V> old_value, Timestamp timestamp) {
    const PutResult result = rows_.put(*record.key, new_value, timestamp,
                                       stampOf(context_->recordContext(), record.timestamp, *record.headers));
    if (result == PutResult::refused || rows_.caching()) return;
    forward({record.key, {}, timestamp, *record.headers}, {new_value, old_value, result == PutResult::latest});
  }

  /// For a table that is not materialized.
  template <class VIn>
  void pass(const Record<K, VIn>& record, const Change<V>& change) {
    forward({record.key, {}, record.timestamp, *record.headers}, change);
  }

 private:
  void forward(Record<K, Change<V>> record, Change<V> change) {
    if (!send_old_values_) change.old_value = {};
    record.value = Nullable<Change<V>>{change};
    context_->forward(record);
  }

  ProcessorContext<K, Change<V>>* context_ = nullptr;
  TableRows<K, V> rows_;
  bool send_old_values_ = false;
};

}  // namespace widgetstream::detail
