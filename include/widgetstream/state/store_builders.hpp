#pragma once

#include <memory>
#include <utility>

#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"

namespace widgetstream {

namespace detail {

/// Without a default serde an empty one stays empty and says so when it is used.
template <class T>
[[nodiscard]] Serde<T> orDefaultSerde(Serde<T> serde) {
  if constexpr (HasDefaultSerde<T>) {
    if (!serde) return defaultSerde<T>();
  }
  return serde;
}

template <class K, class Stored>
[[nodiscard]] StoreBuilder typedStoreBuilder(KeyValueStoreSupplier supplier, ValueFormat format, Serde<K> keys,
                                             Serde<typename StoredTraits<Stored>::Value> values) {
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.open = std::move(supplier.open);
  builder.make = [format, max_entries = supplier.max_entries, keys = orDefaultSerde(std::move(keys)),
                  values = orDefaultSerde(std::move(values))](const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    TableOptions options;
    options.name = of.name;
    options.persistent = of.persistent;
    options.logging = of.logging;
    options.caching = of.caching;
    options.timestamped = StoredTraits<Stored>::timestamped;
    options.with_headers = StoredTraits<Stored>::with_headers;
    options.format = format;
    options.max_entries = max_entries;
    options.open = of.open;
    return std::make_unique<TypedKeyValueStore<K, Stored>>(std::move(options), keys, values);
  };
  return builder;
}

}  // namespace detail

/// A store of plain values, for processors of one's own. Empty serdes stand for the default ones.
template <class K, class V>
[[nodiscard]] StoreBuilder keyValueStoreBuilder(KeyValueStoreSupplier supplier, Serde<K> keys = {},
                                                Serde<V> values = {}) {
  return detail::typedStoreBuilder<K, V>(std::move(supplier), ValueFormat::plain, std::move(keys), std::move(values));
}

/// A store of values with their timestamps, as the DSL's tables and aggregates use.
template <class K, class V>
[[nodiscard]] StoreBuilder timestampedKeyValueStoreBuilder(KeyValueStoreSupplier supplier, Serde<K> keys = {},
                                                           Serde<V> values = {}) {
  return detail::typedStoreBuilder<K, ValueAndTimestamp<V>>(std::move(supplier), ValueFormat::timestamped,
                                                            std::move(keys), std::move(values));
}

/// A store of values with their timestamps and headers, which its changelog records have too.
template <class K, class V>
[[nodiscard]] StoreBuilder timestampedKeyValueStoreWithHeadersBuilder(KeyValueStoreSupplier supplier,
                                                                      Serde<K> keys = {}, Serde<V> values = {}) {
  return detail::typedStoreBuilder<K, ValueTimestampHeaders<V>>(std::move(supplier), ValueFormat::timestamped_headers,
                                                                std::move(keys), std::move(values));
}

}  // namespace widgetstream
