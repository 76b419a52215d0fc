#pragma once

#include <memory>
#include <utility>

#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/typed_versioned_store.hpp"

namespace widgetstream {

/// A store that keeps the history of each key. Empty serdes stand for the default ones. It has no record cache.
template <class K, class V>
[[nodiscard]] StoreBuilder versionedKeyValueStoreBuilder(VersionedKeyValueStoreSupplier supplier, Serde<K> keys = {},
                                                         Serde<V> values = {}) {
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.changelog = {ChangelogRetention::Kind::versioned, supplier.history_retention};
  builder.open = std::move(supplier.open);
  builder.make = [history = supplier.history_retention, interval = supplier.segment_interval,
                  keys = detail::orDefaultSerde(std::move(keys)), values = detail::orDefaultSerde(std::move(values))](
                     const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    return std::make_unique<TypedVersionedStore<K, V>>(
        detail::VersionedOptions{of.name, of.persistent, of.logging, history, interval, of.open}, keys, values);
  };
  return builder;
}

}  // namespace widgetstream
