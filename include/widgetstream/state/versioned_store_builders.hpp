#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/typed_versioned_store.hpp"

namespace widgetstream {

/// A store that keeps the history of each key. Empty serdes stand for the default ones. It has no record cache.
template <class K, class V>
[[nodiscard]] StoreBuilder versionedKeyValueStoreBuilder(VersionedKeyValueStoreSupplier supplier, Serde<K> keys = {},
                                                         Serde<V> values = {}) {
  const Milliseconds history = supplier.history_retention;
  const Milliseconds interval = supplier.segment_interval;
  return detail::storeBuilderOf(
      std::move(supplier), [history, interval, keys = detail::orDefaultSerde(std::move(keys)),
                            values = detail::orDefaultSerde(std::move(values))](const StoreBuilder& of) {
        return detail::makeOwned<StateStore, TypedVersionedStore<K, V>>(
            detail::VersionedOptions{of.name, of.persistent, of.logging, history, interval, of.open}, keys, values);
      });
}

extern template StoreBuilder versionedKeyValueStoreBuilder<std::string, std::string>(
    VersionedKeyValueStoreSupplier supplier, Serde<std::string> keys, Serde<std::string> values);
extern template StoreBuilder versionedKeyValueStoreBuilder<std::string, std::int64_t>(
    VersionedKeyValueStoreSupplier supplier, Serde<std::string> keys, Serde<std::int64_t> values);

}  // namespace widgetstream
