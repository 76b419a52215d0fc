#pragma once

#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// A record whose types only its node knows: what the runtime passes along.
struct AnyRecord {
  const void* key = nullptr;
  const void* value = nullptr;
  Timestamp timestamp = no_timestamp;
  const Headers* headers = &noHeaders();
};

/// A record between two processors. It borrows everything, so that passing it on costs four words; what it points at
/// lives until process() returns. Copy the key or value to keep it.
///
/// Keys and values may be null (design D12): a null value is a tombstone.
template <class K, class V>
struct Record {
  Nullable<K> key;
  Nullable<V> value;
  Timestamp timestamp = no_timestamp;
  const Headers* headers = &noHeaders();

  Record() = default;
  Record(Nullable<K> with_key, Nullable<V> with_value, Timestamp at, const Headers& with_headers = noHeaders())
      : key(with_key), value(with_value), timestamp(at), headers(&with_headers) {}
  explicit Record(const AnyRecord& record)
      : key(static_cast<const K*>(record.key)),
        value(static_cast<const V*>(record.value)),
        timestamp(record.timestamp),
        headers(record.headers) {}

  template <class K2>
  [[nodiscard]] Record<K2, V> withKey(const K2& other) const {
    return {Nullable<K2>{other}, value, timestamp, *headers};
  }
  template <class V2>
  [[nodiscard]] Record<K, V2> withValue(const V2& other) const {
    return {key, Nullable<V2>{other}, timestamp, *headers};
  }
  [[nodiscard]] Record withTimestamp(Timestamp other) const { return {key, value, other, *headers}; }
  [[nodiscard]] Record withHeaders(const Headers& other) const { return {key, value, timestamp, other}; }

  [[nodiscard]] AnyRecord any() const noexcept { return {key.pointer(), value.pointer(), timestamp, headers}; }
};

}  // namespace widgetstream
