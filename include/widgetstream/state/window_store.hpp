#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/state/key_value_store.hpp"

namespace widgetstream {

/// Reads of a map from (K, start of a window) to V.
///
/// Time     bounds are inclusive and of the windows' starts. Rows older than the newest start the store has seen, less
///          its retention, are hidden: start <= newest - retention.
/// Order    of one key: by start, then as they were put. Of several keys: a store in memory goes by start, then by key;
///          a persistent one segment by segment (a stretch of time), within it by the bytes of key and start. A
///          backward walk is the exact reverse.
/// Errors   as ReadOnlyKeyValueStore.
template <class K, class V>
class ReadOnlyWindowStore {
 public:
  /// Return false to end the walk. References die when the call returns.
  using KeyVisitor = std::function<bool(Timestamp start, const V& value)>;
  using Visitor = std::function<bool(const Windowed<K>& key, const V& value)>;

  virtual ~ReadOnlyWindowStore() = default;

  /// The value of `key` in the window that begins at `start`.
  [[nodiscard]] virtual std::optional<V> fetch(const K& key, Timestamp start) const = 0;

  /// Visits the windows of one key.
  virtual void fetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const = 0;
  virtual void backwardFetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const = 0;

  /// Visits the windows of first <= key <= last, by the bytes of the keys; a null bound is open.
  virtual void fetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, const Visitor& visit) const = 0;
  virtual void backwardFetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to,
                             const Visitor& visit) const = 0;

  /// Visits the windows of all keys.
  void fetchAll(Timestamp from, Timestamp to, const Visitor& visit) const { fetch({}, {}, from, to, visit); }
  void backwardFetchAll(Timestamp from, Timestamp to, const Visitor& visit) const {
    backwardFetch({}, {}, from, to, visit);
  }
  void all(const Visitor& visit) const { fetchAll(Timestamp::min(), Timestamp::max(), visit); }
  void backwardAll(const Visitor& visit) const { backwardFetchAll(Timestamp::min(), Timestamp::max(), visit); }
};

/// A map from (K, start of a window) to V, owned by one task. Rows vanish when they are older than the store's
/// retention; a put that comes too late is dropped and counted (dropped-records).
///
/// State    a store that retains duplicates keeps every value put for a key and a start, in order; it cannot delete.
/// Threads  the owning stream thread only; other threads ask through KafkaStreams.
template <class K, class V>
class WindowStore : public ReadOnlyWindowStore<K, V> {
 public:
  /// Null deletes.
  virtual void put(const K& key, Nullable<V> value, Timestamp start) = 0;
  void put(const K& key, const V& value, Timestamp start) { put(key, Nullable<V>{std::addressof(value)}, start); }
  /// As a put of null.
  void erase(const K& key, Timestamp start) { put(key, Nullable<V>{}, start); }
};

template <class K, class V>
using TimestampedWindowStore = WindowStore<K, ValueAndTimestamp<V>>;

template <class K, class V>
using ReadOnlyTimestampedWindowStore = ReadOnlyWindowStore<K, ValueAndTimestamp<V>>;

/// A window store that any thread may ask while its owner writes: each call sees one state of the whole store.
template <class K, class V>
class QueryableWindowStore {
 public:
  virtual ~QueryableWindowStore() = default;
  /// Reads for other threads; valid until the store is closed, afterwards its calls throw Error{not_available}.
  [[nodiscard]] virtual std::shared_ptr<const ReadOnlyWindowStore<K, V>> reader() const = 0;
};

}  // namespace widgetstream
