#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/function_forms.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// A new value for each row. The mapper never sees null: a tombstone stays one.
///
/// Shape   KTable<K, V> -> KTable<K, V2>
/// State   none unless materialized
template <class K, class V, RecordMapper<K, V> F>
class TableMapValuesProcessor final
    : public Processor<K, Change<V>, K, Change<ReturnedType<CallResult<F, K, V>>>> {
  using V2 = ReturnedType<CallResult<F, K, V>>;

 public:
  TableMapValuesProcessor(F mapper, std::shared_ptr<const TableState> state)
      : mapper_(std::move(mapper)), state_(std::move(state)) {}

  using Processor<K, Change<V>, K, Change<V2>>::init;
  using Processor<K, Change<V>, K, Change<V2>>::process;

  void init(ProcessorContext<K, Change<V2>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, Change<V>>& record) override {
    const std::optional<V2> now = mapped(record, record.value->new_value);
    if (!table_.materialized()) {
      const std::optional<V2> before =
          table_.sendsOldValues() ? mapped(record, record.value->old_value) : std::optional<V2>{};
      table_.pass(record, view(now), view(before));
      return;
    }
    const StoredValue<V2> before = table_.sendsOldValues() ? table_.find(*record.key) : StoredValue<V2>{};
    table_.write(record, view(now), before.value, record.timestamp);
  }

 private:
  static Nullable<V2> view(const std::optional<V2>& value) { return value ? Nullable<V2>{*value} : Nullable<V2>{}; }

  std::optional<V2> mapped(const Record<K, Change<V>>& record, Nullable<V> value) {
    if (!value) return std::nullopt;
    const Record<K, V> row{record.key, value, record.timestamp, *record.headers};
    return std::optional<V2>{callWith(mapper_, row, this->context().recordContext())};
  }

  F mapper_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, V2> table_;
};

/// The updates of a table as a stream, tombstones included.
///
/// Shape   KTable<K, V> -> KStream<K, V>
template <class K, class V>
class ToStreamProcessor final : public Processor<K, Change<V>, K, V> {
 public:
  using Processor<K, Change<V>, K, V>::process;
  void process(const Record<K, Change<V>>& record) override {
    this->context().forward({record.key, record.value->new_value, record.timestamp, *record.headers});
  }
};

}  // namespace widgetstream::detail
