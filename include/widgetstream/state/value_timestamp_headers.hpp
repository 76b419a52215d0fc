#pragma once

#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/session_store.hpp"
#include "widgetstream/state/window_store.hpp"

namespace widgetstream {

/// A value with timestamp and headers of the record it came from: what stores that are aware of headers keep.
template <class V>
struct ValueTimestampHeaders {
  V value;
  Timestamp timestamp = no_timestamp;
  Headers headers;

  friend bool operator==(const ValueTimestampHeaders&, const ValueTimestampHeaders&) = default;
};

/// The aggregate of a session, with headers.
template <class A>
struct AggregationWithHeaders {
  A aggregation;
  Headers headers;

  friend bool operator==(const AggregationWithHeaders&, const AggregationWithHeaders&) = default;
};

template <class K, class V>
using TimestampedKeyValueStoreWithHeaders = KeyValueStore<K, ValueTimestampHeaders<V>>;

template <class K, class V>
using TimestampedWindowStoreWithHeaders = WindowStore<K, ValueTimestampHeaders<V>>;

template <class K, class A>
using SessionStoreWithHeaders = SessionStore<K, AggregationWithHeaders<A>>;

}  // namespace widgetstream
