#pragma once

#include <memory>
#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// A row or null, as the predicate says.
template <class K, class V, class F>
struct RowFilter {
  F accepts;
  bool negated;

  [[nodiscard]] Nullable<V> passing(const Record<K, V>& row, const RecordContext& at) const {
    if (!row.value) return {};
    const bool accepted = callWith(accepts, row, at);
    return accepted != negated ? row.value : Nullable<V>{};
  }
};

/// The rows its predicate accepts; a row that no longer passes becomes a tombstone.
///
/// Shape   KTable<K, V> -> KTable<K, V>
/// Keys    unchanged; the predicate never sees a null value
/// State   none unless materialized. Without old values every row that does not pass is a tombstone, also when it
///         never passed; with them only real changes are told, as in Java. Below a versioned table every update is
///         told, for it may be one of the past
template <class K, class V, RecordPredicate<K, V> F>
class TableFilterProcessor final : public Processor<K, Change<V>, K, Change<V>> {
 public:
  TableFilterProcessor(RowFilter<K, V, F> filter, std::shared_ptr<const TableState> state,
                       std::shared_ptr<const bool> versioned)
      : filter_(std::move(filter)), state_(std::move(state)), versioned_(std::move(versioned)) {}

  using Processor<K, Change<V>, K, Change<V>>::init;
  using Processor<K, Change<V>, K, Change<V>>::process;

  void init(ProcessorContext<K, Change<V>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, Change<V>>& record) override {
    const Change<V>& change = *record.value;
    const Nullable<V> now = passing(record, change.new_value);
    if (!table_.materialized()) {
      const Nullable<V> before = table_.sendsOldValues() ? passing(record, change.old_value) : Nullable<V>{};
      if (!isNoChange(now, before)) table_.pass(record, {now, before, change.is_latest});
      return;
    }
    const StoredValue<V> before = table_.sendsOldValues() ? table_.find(*record.key) : StoredValue<V>{};
    if (!isNoChange(now, before.value)) table_.write(record, now, before.value, record.timestamp);
  }

 private:
  [[nodiscard]] bool isNoChange(Nullable<V> now, Nullable<V> before) const {
    return table_.sendsOldValues() && !now && !before && !*versioned_;
  }
  [[nodiscard]] Nullable<V> passing(const Record<K, Change<V>>& record, Nullable<V> value) {
    return filter_.passing({record.key, value, record.timestamp, *record.headers}, this->context().recordContext());
  }

  RowFilter<K, V, F> filter_;
  std::shared_ptr<const TableState> state_;
  std::shared_ptr<const bool> versioned_;
  TableWriter<K, V> table_;
};

/// The rows of a filtered table that keeps none.
template <class K, class V, RecordPredicate<K, V> F>
class TableFilterGetter final : public TableGetter<K, V> {
 public:
  TableFilterGetter(RowFilter<K, V, F> filter, std::unique_ptr<TableGetter<K, V>> above, AnyProcessorContext& context)
      : filter_(std::move(filter)), above_(std::move(above)), context_(&context) {}

  [[nodiscard]] StoredValue<V> get(const K& key) override { return passing(key, above_->get(key)); }
  [[nodiscard]] StoredValue<V> get(const K& key, Timestamp as_of) override {
    return passing(key, above_->get(key, as_of));
  }
  [[nodiscard]] bool versioned() const override { return above_->versioned(); }
  void close() override { above_->close(); }

 private:
  [[nodiscard]] StoredValue<V> passing(const K& key, const StoredValue<V>& row) {
    const Record<K, V> record{Nullable<K>{key}, row.value, row.timestamp};
    if (!filter_.passing(record, context_->recordContext())) return {};
    return row;
  }

  RowFilter<K, V, F> filter_;
  std::unique_ptr<TableGetter<K, V>> above_;
  AnyProcessorContext* context_;
};

template <class K, class V, class F>
[[nodiscard]] TableView<K, V> viewOfFiltered(TableView<K, V> above, RowFilter<K, V, F> filter) {
  return {above.stores,
          [make = std::move(above.make),
           filter = std::move(filter)](AnyProcessorContext& context) -> std::unique_ptr<TableGetter<K, V>> {
            return makeOwned<TableGetter<K, V>, TableFilterGetter<K, V, F>>(filter, make(context), context);
          }};
}

}  // namespace widgetstream::detail
