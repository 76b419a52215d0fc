#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/operators/table_rows.hpp"
#include "widgetstream/processor/processor_context.hpp"

namespace widgetstream::detail {

/// Reads the rows of a table from within one processor of another node.
///
/// State    what a call shows is borrowed until the next call of the same getter, or of the store behind it
/// Threads  the task's stream thread
template <class K, class V>
class TableGetter {
 public:
  virtual ~TableGetter() = default;
  /// The newest row of `key`; a null value when there is none.
  [[nodiscard]] virtual StoredValue<V> get(const K& key) = 0;
  /// The row as it was at `as_of`, inclusive.
  /// Errors  Error{invalid_topology} when the table is not versioned
  [[nodiscard]] virtual StoredValue<V> get(const K& key, Timestamp as_of) = 0;
  [[nodiscard]] virtual bool versioned() const = 0;
  /// When the processor that asks closes.
  virtual void close() {}
};

/// How another node gets at the rows of a table: connect `stores` to it, and make a getter when its task starts.
template <class K, class V>
struct TableView {
  std::vector<std::string> stores;
  std::function<std::unique_ptr<TableGetter<K, V>>(AnyProcessorContext&)> make;
};

/// Rows that a store keeps.
template <class K, class V>
class StoredRowsGetter final : public TableGetter<K, V> {
 public:
  StoredRowsGetter(AnyProcessorContext& context, const std::string& store) : rows_(context, store) {}
  [[nodiscard]] StoredValue<V> get(const K& key) override { return rows_.find(key); }
  [[nodiscard]] StoredValue<V> get(const K& key, Timestamp as_of) override { return rows_.findAsOf(key, as_of); }
  [[nodiscard]] bool versioned() const override { return rows_.versioned(); }

 private:
  TableRows<K, V> rows_;
};

template <class K, class V>
[[nodiscard]] TableView<K, V> viewOfStore(const std::string& store) {
  return {{store}, [store](AnyProcessorContext& context) -> std::unique_ptr<TableGetter<K, V>> {
            return makeOwned<TableGetter<K, V>, StoredRowsGetter<K, V>>(context, store);
          }};
}

}  // namespace widgetstream::detail
