#pragma once

#include <memory>
#include <optional>
#include <string>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/state/key_value_store.hpp"

namespace widgetstream::detail {

/// Rows of a global table, which another thread writes: each is copied.
template <class K, class V>
class GlobalRowsGetter final : public TableGetter<K, V> {
 public:
  GlobalRowsGetter(AnyProcessorContext& context, const std::string& store)
      : rows_(context.getStateStore<ReadOnlyTimestampedKeyValueStore<K, V>>(store)), store_(store) {}

  [[nodiscard]] StoredValue<V> get(const K& key) override {
    row_ = rows_.get(key);
    if (!row_) return {};
    return {Nullable<V>{row_->value}, row_->timestamp};
  }
  [[nodiscard]] StoredValue<V> get(const K&, Timestamp) override {
    throw Error{ErrorKind::invalid_topology, "global table '" + store_ + "' keeps no versions"};
  }
  [[nodiscard]] bool versioned() const override { return false; }

 private:
  const ReadOnlyTimestampedKeyValueStore<K, V>& rows_;
  std::string store_;
  std::optional<ValueAndTimestamp<V>> row_;
};

/// No store is connected: every processor may read a global one.
template <class K, class V>
[[nodiscard]] TableView<K, V> viewOfGlobalStore(const std::string& store) {
  return {{}, [store](AnyProcessorContext& context) -> std::unique_ptr<TableGetter<K, V>> {
            return makeOwned<TableGetter<K, V>, GlobalRowsGetter<K, V>>(context, store);
          }};
}

}  // namespace widgetstream::detail
