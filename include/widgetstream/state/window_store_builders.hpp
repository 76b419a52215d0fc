#pragma once

#include <memory>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/typed_session_store.hpp"
#include "widgetstream/state/typed_window_store.hpp"

/// Builders of window and session stores. Empty serdes stand for the default ones.
namespace widgetstream {

namespace detail {

template <class Stored>
[[nodiscard]] TableOptions windowedTableOptions(const StoreBuilder& of, ValueFormat format,
                                                const WindowedOptions& windowed) {
  TableOptions options;
  options.name = of.name;
  options.persistent = of.persistent;
  options.logging = of.logging;
  options.caching = of.caching && !windowed.retain_duplicates;
  options.timestamped = StoredTraits<Stored>::timestamped;
  options.with_headers = StoredTraits<Stored>::with_headers;
  options.format = format;
  options.segment_interval = windowed.segment_interval;
  options.open = of.open;
  return options;
}

[[nodiscard]] inline WindowedOptions windowedOptions(const WindowStoreSupplier& supplier) {
  WindowedOptions options;
  options.retention = supplier.retention;
  options.segment_interval = supplier.segment_interval;
  options.window_size = supplier.window_size;
  options.retain_duplicates = supplier.retain_duplicates;
  options.order = supplier.order;
  options.in_memory = !supplier.persistent;
  return options;
}

[[nodiscard]] inline WindowedOptions windowedOptions(const SessionStoreSupplier& supplier) {
  WindowedOptions options;
  options.sessions = true;
  options.retention = supplier.retention;
  options.segment_interval = supplier.segment_interval;
  options.order = supplier.order;
  options.in_memory = !supplier.persistent;
  return options;
}

template <class Store, class K, class Stored, class Supplier>
[[nodiscard]] StoreBuilder windowedStoreBuilder(Supplier supplier, ValueFormat format, Serde<K> keys,
                                                Serde<typename StoredTraits<Stored>::Value> values) {
  const WindowedOptions windowed = windowedOptions(supplier);
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.changelog.kind =
      windowed.retain_duplicates ? ChangelogRetention::Kind::expiring : ChangelogRetention::Kind::windowed;
  builder.changelog.retention = windowed.retention;
  builder.open = std::move(supplier.open);
  builder.make = [windowed, format, keys = orDefaultSerde(std::move(keys)),
                  values = orDefaultSerde(std::move(values))](const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    return makeOwned<StateStore, Store>(windowedTableOptions<Stored>(of, format, windowed), windowed, keys, values);
  };
  return builder;
}

}  // namespace detail

/// A window store of plain values.
template <class K, class V>
[[nodiscard]] StoreBuilder windowStoreBuilder(WindowStoreSupplier supplier, Serde<K> keys = {}, Serde<V> values = {}) {
  return detail::windowedStoreBuilder<TypedWindowStore<K, V>, K, V>(std::move(supplier), ValueFormat::plain,
                                                                    std::move(keys), std::move(values));
}

/// A window store of values with their timestamps, as the DSL's windowed aggregates use.
template <class K, class V>
[[nodiscard]] StoreBuilder timestampedWindowStoreBuilder(WindowStoreSupplier supplier, Serde<K> keys = {},
                                                         Serde<V> values = {}) {
  using Stored = ValueAndTimestamp<V>;
  return detail::windowedStoreBuilder<TypedWindowStore<K, Stored>, K, Stored>(
      std::move(supplier), ValueFormat::timestamped, std::move(keys), std::move(values));
}

/// A window store of values with their timestamps and headers.
template <class K, class V>
[[nodiscard]] StoreBuilder timestampedWindowStoreWithHeadersBuilder(WindowStoreSupplier supplier, Serde<K> keys = {},
                                                                    Serde<V> values = {}) {
  using Stored = ValueTimestampHeaders<V>;
  return detail::windowedStoreBuilder<TypedWindowStore<K, Stored>, K, Stored>(
      std::move(supplier), ValueFormat::timestamped_headers, std::move(keys), std::move(values));
}

/// The windows of one side of a stream-stream join (TypedJoinWindowStore): its changelog has the headers of the input
/// records; a persistent engine keeps the bare values.
template <class K, class V>
[[nodiscard]] StoreBuilder joinWindowStoreBuilder(WindowStoreSupplier supplier, Serde<K> keys = {},
                                                  Serde<V> values = {}) {
  using Stored = ValueTimestampHeaders<V>;
  const ValueFormat format = supplier.persistent ? ValueFormat::plain : ValueFormat::timestamped_headers;
  return detail::windowedStoreBuilder<TypedWindowStore<K, Stored>, K, Stored>(std::move(supplier), format,
                                                                              std::move(keys), std::move(values));
}

/// A session store of plain aggregates, as the DSL's sessions use.
template <class K, class A>
[[nodiscard]] StoreBuilder sessionStoreBuilder(SessionStoreSupplier supplier, Serde<K> keys = {},
                                               Serde<A> aggregates = {}) {
  return detail::windowedStoreBuilder<TypedSessionStore<K, A>, K, A>(std::move(supplier), ValueFormat::plain,
                                                                     std::move(keys), std::move(aggregates));
}

/// A session store of aggregates with headers.
template <class K, class A>
[[nodiscard]] StoreBuilder sessionStoreWithHeadersBuilder(SessionStoreSupplier supplier, Serde<K> keys = {},
                                                          Serde<A> aggregates = {}) {
  using Stored = AggregationWithHeaders<A>;
  return detail::windowedStoreBuilder<TypedSessionStore<K, Stored>, K, Stored>(
      std::move(supplier), ValueFormat::headers, std::move(keys), std::move(aggregates));
}

}  // namespace widgetstream
