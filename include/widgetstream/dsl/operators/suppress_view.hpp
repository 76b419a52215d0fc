#pragma once

#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/operators/table_view.hpp"
#include "widgetstream/state/change_buffer.hpp"

namespace widgetstream::detail {

/// The rows of a table as suppress() has shown them so far: of a key that waits the row before it began to.
template <class K, class V>
class SuppressedRowsGetter final : public TableGetter<K, V> {
 public:
  SuppressedRowsGetter(AnyProcessorContext& context, const std::string& buffer, std::unique_ptr<TableGetter<K, V>> above)
      : buffer_(&context.template getStateStore<TypedChangeBuffer<K, V>>(buffer)), above_(std::move(above)) {}

  [[nodiscard]] StoredValue<V> get(const K& key) override {
    const auto prior = buffer_->prior(key);
    if (prior.waits) return {prior.value, no_timestamp};
    return above_->get(key);
  }
  [[nodiscard]] StoredValue<V> get(const K& key, Timestamp as_of) override { return above_->get(key, as_of); }
  [[nodiscard]] bool versioned() const override { return false; }

 private:
  TypedChangeBuffer<K, V>* buffer_;
  std::unique_ptr<TableGetter<K, V>> above_;
};

template <class K, class V>
[[nodiscard]] TableView<K, V> viewOfSuppressed(TableView<K, V> above, const std::string& buffer) {
  std::vector<std::string> stores{buffer};
  stores.insert(stores.end(), above.stores.begin(), above.stores.end());
  return {std::move(stores), [make = std::move(above.make), buffer](AnyProcessorContext& context) {
            return makeOwned<TableGetter<K, V>, SuppressedRowsGetter<K, V>>(context, buffer, make(context));
          }};
}

}  // namespace widgetstream::detail
