#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
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

using MakeStore = std::function<std::unique_ptr<StateStore>(const StoreBuilder&)>;

/// The parts of a builder that need no types.
[[nodiscard]] StoreBuilder storeBuilderOf(KeyValueStoreSupplier supplier, MakeStore make);
[[nodiscard]] StoreBuilder storeBuilderOf(VersionedKeyValueStoreSupplier supplier, MakeStore make);
[[nodiscard]] TableOptions tableOptions(const StoreBuilder& of, ValueFormat format, std::size_t max_entries);

template <class K, class Stored>
[[nodiscard]] StoreBuilder typedStoreBuilder(KeyValueStoreSupplier supplier, ValueFormat format, Serde<K> keys,
                                             Serde<typename StoredTraits<Stored>::Value> values) {
  const std::size_t max_entries = supplier.max_entries;
  return storeBuilderOf(std::move(supplier), [format, max_entries, keys = orDefaultSerde(std::move(keys)),
                                              values = orDefaultSerde(std::move(values))](const StoreBuilder& of) {
    TableOptions options = tableOptions(of, format, max_entries);
    options.timestamped = StoredTraits<Stored>::timestamped;
    options.with_headers = StoredTraits<Stored>::with_headers;
    return makeOwned<StateStore, TypedKeyValueStore<K, Stored>>(std::move(options), keys, values);
  });
}

// The commonest tables are compiled once.
extern template StoreBuilder typedStoreBuilder<std::string, ValueAndTimestamp<std::string>>(
    KeyValueStoreSupplier supplier, ValueFormat format, Serde<std::string> keys, Serde<std::string> values);
extern template StoreBuilder typedStoreBuilder<std::string, ValueAndTimestamp<std::int64_t>>(
    KeyValueStoreSupplier supplier, ValueFormat format, Serde<std::string> keys, Serde<std::int64_t> values);

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
