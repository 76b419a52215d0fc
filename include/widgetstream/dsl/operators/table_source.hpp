#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// A stream read as a table: the newest to arrive wins, whatever its timestamp; null deletes.
///
/// Shape   records of K, V -> KTable<K, V>
/// State   none unless the table is named or needed by a node below
/// Errors  records with a null key are dropped and counted
template <class K, class V>
class TableSourceProcessor final : public Processor<K, V, K, Change<V>> {
 public:
  explicit TableSourceProcessor(std::shared_ptr<const TableState> state) : state_(std::move(state)) {}

  using Processor<K, V, K, Change<V>>::init;
  using Processor<K, V, K, Change<V>>::process;

  void init(ProcessorContext<K, Change<V>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, V>& record) override {
    if (!record.key) {
      this->context().dropped("null-key");
      return;
    }
    if (!table_.materialized()) {
      table_.pass(record, Change<V>{record.value, {}});
      return;
    }
    const StoredValue<V> old = table_.sendsOldValues() ? table_.find(*record.key) : StoredValue<V>{};
    table_.write(record, record.value, old.value, record.timestamp);
  }

 private:
  std::shared_ptr<const TableState> state_;
  TableWriter<K, V> table_;
};

}  // namespace widgetstream::detail
