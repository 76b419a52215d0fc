#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/processor/processor.hpp"
#include "widgetstream/state/join_grace_buffer.hpp"

namespace widgetstream::detail {

/// What joins of a stream with a table do alike: forward what the function makes of a record and a row.
template <class K, class V, class TV, JoinKind kind, class F>
class RowJoiner {
 public:
  explicit RowJoiner(F joiner) : joiner_(std::move(joiner)) {}

  template <class Out>
  void join(ProcessorContext<K, Out>& context, const Record<K, V>& record, Nullable<TV> row) {
    if (kind == JoinKind::inner && !row) return;
    const RecordContext& input = context.recordContext();
    const RecordContext at{input.topic(), input.partition(), input.offset(), record.timestamp, *record.headers};
    const auto& result = callJoiner<kind>(joiner_, record.key, record.value, row, at);
    context.forward({record.key, asNullable(kept(result)), record.timestamp, *record.headers});
  }

 private:
  F joiner_;
};

/// Looks up each record's row in a table of the same keys.
///
/// Shape   KStream<K, V>, KTable<K, TV> -> KStream<K, Out>
/// Time    a result bears the record's own time and headers. The row is the one the table has now, or had at the record's
///         time if it is versioned. With a grace period the record waits until the largest time seen here is that far
///         past its own; one that comes later than that is joined at once
/// Order   updates of the table cause nothing; which of them a record sees depends on the order in which the task takes
///         records, by time
/// State   the table's; with a grace period the records that wait
/// Errors  records with a null value are dropped and counted. Those with a null key are too, unless it is a left join:
///         then they have no row
template <class K, class V, class TV, JoinKind kind, class F>
class StreamTableJoinProcessor final : public Processor<K, V, K, JoinedValue<kind, F, K, V, TV>> {
  using Out = JoinedValue<kind, F, K, V, TV>;
  using Buffer = JoinGraceBuffer<K, V>;

 public:
  /// `buffer` is the name of the store for records that wait; empty: none does.
  StreamTableJoinProcessor(F joiner, TableView<K, TV> table, std::string buffer)
      : joiner_(std::move(joiner)), table_(std::move(table)), buffer_name_(std::move(buffer)) {}

  using Processor<K, V, K, Out>::init;
  using Processor<K, V, K, Out>::process;

  void init(ProcessorContext<K, Out>& context) override {
    rows_ = table_.make(context.any());
    if (!buffer_name_.empty()) buffer_ = &context.template getStateStore<Buffer>(buffer_name_);
  }

  void process(const Record<K, V>& record) override {
    if (!record.value || (!record.key && kind == JoinKind::inner)) {
      this->context().dropped(record.value ? "null-key" : "null-value");
      return;
    }
    if (!buffer_ || !record.key) return join(record);
    const RecordStamp stamp = stampOf(this->context().recordContext(), record.timestamp, *record.headers);
    if (!buffer_->put(*record.key, *record.value, stamp)) return join(record);
    buffer_->evict([this](const K& key, const V& value, const RecordStamp& waited) {
      const auto acting = this->context().any().actAs(
          {waited.topic, waited.partition, waited.offset, waited.timestamp, *waited.headers});
      join({{key}, {value}, waited.timestamp, *waited.headers});
    });
  }

 private:
  void join(const Record<K, V>& record) {
    StoredValue<TV> row;
    if (record.key) row = rows_->versioned() ? rows_->get(*record.key, record.timestamp) : rows_->get(*record.key);
    joiner_.join(this->context(), record, row.value);
  }

  RowJoiner<K, V, TV, kind, F> joiner_;
  TableView<K, TV> table_;
  std::string buffer_name_;
  std::unique_ptr<TableGetter<K, TV>> rows_;
  Buffer* buffer_ = nullptr;
};

/// Looks up each record's row in a table that is whole on every instance, under a key that a function makes of the
/// record.
///
/// Shape   KStream<K, V>, GlobalKTable<TK, TV> -> KStream<K, Out>
/// Time    a result bears the record's own time and headers; the row is the one the table has now
/// Errors  records with a null value are dropped and counted. Those without a key to look up are too, unless it is a
///         left join: then they have no row
template <class K, class V, class TK, class TV, JoinKind kind, class Selector, class F>
class StreamGlobalTableJoinProcessor final : public Processor<K, V, K, JoinedValue<kind, F, K, V, TV>> {
  using Out = JoinedValue<kind, F, K, V, TV>;

 public:
  StreamGlobalTableJoinProcessor(Selector selector, F joiner, TableView<TK, TV> table)
      : selector_(std::move(selector)), joiner_(std::move(joiner)), table_(std::move(table)) {}

  using Processor<K, V, K, Out>::init;
  using Processor<K, V, K, Out>::process;

  void init(ProcessorContext<K, Out>& context) override { rows_ = table_.make(context.any()); }

  void process(const Record<K, V>& record) override {
    if (!record.value) return this->context().dropped("null-value");
    const auto& selected = callWith(selector_, record, this->context().recordContext());
    const auto& key_or_null = kept(selected);
    const Nullable<TK> key = asNullable(key_or_null);
    if (!key && kind == JoinKind::inner) return this->context().dropped("null-join-key");
    joiner_.join(this->context(), record, key ? rows_->get(*key).value : Nullable<TV>{});
  }

 private:
  Selector selector_;
  RowJoiner<K, V, TV, kind, F> joiner_;
  TableView<TK, TV> table_;
  std::unique_ptr<TableGetter<TK, TV>> rows_;
};

}  // namespace widgetstream::detail
