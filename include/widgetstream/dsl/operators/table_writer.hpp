#pragma once

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/dsl/change.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"

namespace widgetstream::detail {

/// What is known of a table's node only when the whole graph is built.
struct TableState {
  /// Name of the store, empty while the table is not materialized.
  std::string store;
  /// True when the user gave the store its name.
  bool queryable = false;
  bool send_old_values = false;
  /// The table this one is made of, row by row; null for sources and aggregates.
  std::shared_ptr<TableState> above;

  /// Makes the table tell old values if it keeps its rows, or one above it does. False when none does.
  bool enableSendingOldValues() {
    if (!send_old_values) send_old_values = !store.empty() || (above && above->enableSendingOldValues());
    return send_old_values;
  }
};

[[nodiscard]] inline RecordStamp stampOf(const RecordContext& at, Timestamp timestamp, const Headers& headers) {
  return {at.topic(), at.partition(), at.offset(), timestamp, &headers};
}

/// Writes a table's store and passes the changes on: at once, or through the record cache at its flush.
///
/// Order    store and changelog before the record below, as in Java.
template <class K, class V>
class TableWriter {
 public:
  using Store = TypedTimestampedStore<K, V>;

  void init(ProcessorContext<K, Change<V>>& context, const TableState& state) {
    context_ = &context;
    send_old_values_ = state.send_old_values;
    if (state.store.empty()) return;
    store_ = &context.template getStateStore<Store>(state.store);
    if (!store_->caching()) return;
    store_->onFlush([this](const K& key, Nullable<V> new_value, Nullable<V> old_value, Timestamp timestamp,
                           const RecordStamp& stamp) {
      const RecordContext as{stamp.topic, stamp.partition, stamp.offset, stamp.timestamp, *stamp.headers};
      const auto acting = context_->any().actAs(as);
      forward({Nullable<K>{key}, {}, timestamp, *stamp.headers}, new_value, old_value);
    });
  }

  [[nodiscard]] bool materialized() const noexcept { return store_ != nullptr; }
  [[nodiscard]] bool sendsOldValues() const noexcept { return send_old_values_; }
  [[nodiscard]] StoredValue<V> find(const K& key) { return store_->find(key); }

  /// Puts the value and tells the nodes below. `old_value` may be what find() gave for this key.
  template <class VIn>
  void write(const Record<K, VIn>& record, Nullable<V> new_value, Nullable<V> old_value, Timestamp timestamp) {
    store_->put(*record.key, new_value, timestamp,
                stampOf(context_->recordContext(), record.timestamp, *record.headers));
    if (!store_->caching()) forward({record.key, {}, timestamp, *record.headers}, new_value, old_value);
  }

  /// For a table that is not materialized.
  template <class VIn>
  void pass(const Record<K, VIn>& record, Nullable<V> new_value, Nullable<V> old_value) {
    forward({record.key, {}, record.timestamp, *record.headers}, new_value, old_value);
  }

 private:
  void forward(Record<K, Change<V>> record, Nullable<V> new_value, Nullable<V> old_value) {
    const Change<V> change{new_value, send_old_values_ ? old_value : Nullable<V>{}};
    record.value = Nullable<Change<V>>{change};
    context_->forward(record);
  }

  ProcessorContext<K, Change<V>>* context_ = nullptr;
  Store* store_ = nullptr;
  bool send_old_values_ = false;
};

}  // namespace widgetstream::detail
