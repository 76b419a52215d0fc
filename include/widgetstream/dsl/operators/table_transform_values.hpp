#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/dsl/value_transformer_with_key.hpp"

namespace widgetstream::detail {

/// A new value for each row, made with stores at hand. The transformer sees deleted rows too.
///
/// Shape   KTable<K, V> -> KTable<K, V2>
/// State   none of its own unless materialized. A table that keeps no rows and must tell old values transforms these
///         again, as in Java
template <class K, class V, class V2, class S>
class TableTransformValuesProcessor final : public Processor<K, Change<V>, K, Change<V2>> {
 public:
  TableTransformValuesProcessor(const S& supplier, std::shared_ptr<const TableState> state)
      : transformer_(std::invoke(supplier)), state_(std::move(state)) {}

  using Processor<K, Change<V>, K, Change<V2>>::init;
  using Processor<K, Change<V>, K, Change<V2>>::process;

  void init(ProcessorContext<K, Change<V2>>& context) override {
    table_.init(context, *state_);
    transformer_->init(context);
  }

  void process(const Record<K, Change<V>>& record) override {
    const Change<V>& change = *record.value;
    const std::optional<V2> now = transformer_->transform(*record.key, change.new_value);
    if (table_.materialized()) {
      const StoredValue<V2> before = table_.sendsOldValues() ? table_.find(*record.key) : StoredValue<V2>{};
      table_.write(record, borrowed(now), before.value, record.timestamp);
      return;
    }
    const std::optional<V2> before =
        table_.sendsOldValues() ? transformer_->transform(*record.key, change.old_value) : std::optional<V2>{};
    table_.pass(record, {borrowed(now), borrowed(before), change.is_latest});
  }

  void close() override { transformer_->close(); }

 private:
  std::unique_ptr<ValueTransformerWithKey<K, V, V2>> transformer_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, V2> table_;
};

/// The rows of a transformed table that keeps none. The transformer's context shows the row, of which only time is
/// known, not the record that is being processed.
template <class K, class V, class V2, class S>
class TableTransformValuesGetter final : public TableGetter<K, V2> {
 public:
  TableTransformValuesGetter(const S& supplier, std::unique_ptr<TableGetter<K, V>> above, AnyProcessorContext& context)
      : transformer_(std::invoke(supplier)), above_(std::move(above)), task_(&context), context_(context) {
    transformer_->init(context_);
  }

  [[nodiscard]] StoredValue<V2> get(const K& key) override { return transformed(key, above_->get(key)); }
  [[nodiscard]] StoredValue<V2> get(const K& key, Timestamp as_of) override {
    return transformed(key, above_->get(key, as_of));
  }
  [[nodiscard]] bool versioned() const override { return above_->versioned(); }
  void close() override {
    above_->close();
    transformer_->close();
  }

 private:
  [[nodiscard]] StoredValue<V2> transformed(const K& key, const StoredValue<V>& row) {
    const auto acting = task_->actAs(RecordContext{{}, -1, -1, row.timestamp, noHeaders()});
    value_ = transformer_->transform(key, row.value);
    return {borrowed(value_), row.timestamp};
  }

  std::unique_ptr<ValueTransformerWithKey<K, V, V2>> transformer_;
  std::unique_ptr<TableGetter<K, V>> above_;
  AnyProcessorContext* task_;
  ProcessorContext<K, V2> context_;
  std::optional<V2> value_;
};

template <class K, class V, class V2, class S>
[[nodiscard]] TableView<K, V2> viewOfTransformed(TableView<K, V> above, S supplier) {
  return {above.stores,
          [make = std::move(above.make),
           supplier = std::move(supplier)](AnyProcessorContext& context) -> std::unique_ptr<TableGetter<K, V2>> {
            return makeOwned<TableGetter<K, V2>, TableTransformValuesGetter<K, V, V2, S>>(supplier, make(context),
                                                                                          context);
          }};
}

}  // namespace widgetstream::detail
