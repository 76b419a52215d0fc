#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// What F makes of the values of a table.
template <class F, class K, class V>
using MappedValue = ReturnedType<CallResult<F, K, V>>;

/// A new value for each row. The mapper never sees null: a tombstone stays one.
///
/// Shape   KTable<K, V> -> KTable<K, V2>
/// State   none unless materialized
template <class K, class V, RecordMapper<K, V> F>
class TableMapValuesProcessor final : public Processor<K, Change<V>, K, Change<MappedValue<F, K, V>>> {
  using V2 = MappedValue<F, K, V>;

 public:
  TableMapValuesProcessor(F mapper, std::shared_ptr<const TableState> state)
      : mapper_(std::move(mapper)), state_(std::move(state)) {}

  using Processor<K, Change<V>, K, Change<V2>>::init;
  using Processor<K, Change<V>, K, Change<V2>>::process;

  void init(ProcessorContext<K, Change<V2>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, Change<V>>& record) override {
    const Change<V>& change = *record.value;
    const std::optional<V2> now = mapped(record, change.new_value);
    if (!table_.materialized()) {
      const std::optional<V2> before =
          table_.sendsOldValues() ? mapped(record, change.old_value) : std::optional<V2>{};
      table_.pass(record, {borrowed(now), borrowed(before), change.is_latest});
      return;
    }
    const StoredValue<V2> before = table_.sendsOldValues() ? table_.find(*record.key) : StoredValue<V2>{};
    table_.write(record, borrowed(now), before.value, record.timestamp);
  }

 private:
  std::optional<V2> mapped(const Record<K, Change<V>>& record, Nullable<V> value) {
    if (!value) return std::nullopt;
    const Record<K, V> row{record.key, value, record.timestamp, *record.headers};
    return std::optional<V2>{callWith(mapper_, row, this->context().recordContext())};
  }

  F mapper_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, V2> table_;
};

/// The rows of a mapped table that keeps none.
template <class K, class V, RecordMapper<K, V> F>
class TableMapValuesGetter final : public TableGetter<K, MappedValue<F, K, V>> {
  using V2 = MappedValue<F, K, V>;

 public:
  TableMapValuesGetter(F mapper, std::unique_ptr<TableGetter<K, V>> above, AnyProcessorContext& context)
      : mapper_(std::move(mapper)), above_(std::move(above)), context_(&context) {}

  [[nodiscard]] StoredValue<V2> get(const K& key) override { return mapped(key, above_->get(key)); }
  [[nodiscard]] StoredValue<V2> get(const K& key, Timestamp as_of) override {
    return mapped(key, above_->get(key, as_of));
  }
  [[nodiscard]] bool versioned() const override { return above_->versioned(); }
  void close() override { above_->close(); }

 private:
  [[nodiscard]] StoredValue<V2> mapped(const K& key, const StoredValue<V>& row) {
    value_.reset();
    if (!row.value) return {};
    const Record<K, V> record{Nullable<K>{key}, row.value, row.timestamp};
    value_ = std::optional<V2>{callWith(mapper_, record, context_->recordContext())};
    return {borrowed(value_), row.timestamp};
  }

  F mapper_;
  std::unique_ptr<TableGetter<K, V>> above_;
  AnyProcessorContext* context_;
  std::optional<V2> value_;
};

template <class K, class V, class F>
[[nodiscard]] TableView<K, MappedValue<F, K, V>> viewOfMapped(TableView<K, V> above, F mapper) {
  return {above.stores,
          [make = std::move(above.make), mapper = std::move(mapper)](
              AnyProcessorContext& context) -> std::unique_ptr<TableGetter<K, MappedValue<F, K, V>>> {
            return makeOwned<TableGetter<K, MappedValue<F, K, V>>, TableMapValuesGetter<K, V, F>>(mapper, make(context),
                                                                                                  context);
          }};
}

}  // namespace widgetstream::detail
