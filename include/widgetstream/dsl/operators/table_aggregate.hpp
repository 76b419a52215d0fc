#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "widgetstream/dsl/aggregate_forms.hpp"
#include "widgetstream/dsl/change.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"

namespace widgetstream::detail {

/// The aggregate of the rows in each group, as a table: what leaves the group is subtracted, what comes is added.
///
/// Shape   KGroupedTable<K, V> -> KTable<K, A>
/// State   one entry a group
/// Time    the later of the update and of the aggregate so far
/// Order   subtract before add; nothing is subtracted while there is no aggregate, as in Java
/// Errors  a null key is an error of the record: the groups' topic has none
///
/// `Steps` computes: std::optional<A> removed(row, aggregate, context), std::optional<A> added(row, aggregate, context).
template <class K, class V, class A, class Steps>
class TableAggregateProcessor final : public Processor<K, Change<V>, K, Change<A>> {
 public:
  TableAggregateProcessor(Steps steps, std::shared_ptr<const TableState> state)
      : steps_(std::move(steps)), state_(std::move(state)) {}

  using Processor<K, Change<V>, K, Change<A>>::init;
  using Processor<K, Change<V>, K, Change<A>>::process;

  void init(ProcessorContext<K, Change<A>>& context) override { table_.init(context, *state_); }

  void process(const Record<K, Change<V>>& record) override {
    if (!record.key) throw std::invalid_argument{"an update of a group has a null key"};
    const Change<V>& change = *record.value;
    const RecordContext& at = this->context().recordContext();
    const StoredValue<A> old = table_.find(*record.key);
    const Timestamp timestamp = old.value ? later(record.timestamp, old.timestamp) : record.timestamp;

    std::optional<A> removed;
    Nullable<A> now = old.value;
    if (change.old_value && old.value) {
      removed = steps_.removed(rowOf(record, change.old_value), old.value, at);
      now = borrowed(removed);
    }
    std::optional<A> added;
    if (change.new_value) {
      added = steps_.added(rowOf(record, change.new_value), now, at);
      now = borrowed(added);
    }
    table_.write(record, now, old.value, timestamp);
  }

 private:
  [[nodiscard]] static Record<K, V> rowOf(const Record<K, Change<V>>& record, Nullable<V> value) {
    return {record.key, value, record.timestamp, *record.headers};
  }

  Steps steps_;
  std::shared_ptr<const TableState> state_;
  TableWriter<K, A> table_;
};

template <class K, class V>
struct TableCountSteps {
  [[nodiscard]] std::optional<std::int64_t> removed(const Record<K, V>&, Nullable<std::int64_t> count,
                                                    const RecordContext&) const {
    return *count - 1;
  }
  [[nodiscard]] std::optional<std::int64_t> added(const Record<K, V>&, Nullable<std::int64_t> count,
                                                  const RecordContext&) const {
    return count ? *count + 1 : 1;
  }
};

template <class K, class V, class Add, class Subtract>
struct TableReduceSteps {
  Add adder;
  Subtract subtractor;

  [[nodiscard]] std::optional<V> removed(const Record<K, V>& row, Nullable<V> aggregate, const RecordContext&) const {
    return callReducer(subtractor, aggregate, row.value);
  }
  [[nodiscard]] std::optional<V> added(const Record<K, V>& row, Nullable<V> aggregate, const RecordContext&) const {
    return aggregate ? callReducer(adder, aggregate, row.value) : copied(row.value);
  }
};

template <class K, class V, class A, class I, class Add, class Subtract>
struct TableAggregateSteps {
  I initializer;
  Add adder;
  Subtract subtractor;

  [[nodiscard]] std::optional<A> removed(const Record<K, V>& row, Nullable<A> aggregate,
                                         const RecordContext& at) const {
    return callAggregator<A>(subtractor, row, aggregate, at);
  }
  [[nodiscard]] std::optional<A> added(const Record<K, V>& row, Nullable<A> aggregate, const RecordContext& at) const {
    if (aggregate) return callAggregator<A>(adder, row, aggregate, at);
    const std::optional<A> first = std::invoke(initializer);
    return callAggregator<A>(adder, row, borrowed(first), at);
  }
};

}  // namespace widgetstream::detail
