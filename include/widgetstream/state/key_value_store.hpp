#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/state_store.hpp"

namespace widgetstream {

/// A value with the time of the record it came from: what the DSL's tables and aggregates keep.
template <class V>
struct ValueAndTimestamp {
  V value;
  Timestamp timestamp = no_timestamp;

  friend bool operator==(const ValueAndTimestamp&, const ValueAndTimestamp&) = default;
};

/// Reads of an ordered map from K to V.
///
/// Order    keys ascend as the unsigned bytes of their serde: numeric order for non-negative integers only.
/// Errors   Error{not_available} when the store is closed, restoring or elsewhere; Error{bad_record} when stored
///          bytes cannot be decoded. Absence is no error.
template <class K, class V>
class ReadOnlyKeyValueStore {
 public:
  /// Returns false to end the walk. Both references die when the call returns.
  using Visitor = std::function<bool(const K& key, const V& value)>;

  virtual ~ReadOnlyKeyValueStore() = default;

  /// The newest value of `key`; nullopt if it was never put, or was erased.
  [[nodiscard]] virtual std::optional<V> get(const K& key) const = 0;

  /// Visits first <= key <= last, ascending; a null bound is open.
  virtual void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const = 0;
  virtual void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const = 0;
  /// Visits the keys whose serialized bytes begin with `prefix` and are greater than `after`, which is a serialized
  /// key too; an empty `after` begins at the first.
  virtual void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const = 0;
  void all(const Visitor& visit) const { range({}, {}, visit); }
  void reverseAll(const Visitor& visit) const { reverseRange({}, {}, visit); }

  /// An estimate, cheap at any size.
  [[nodiscard]] virtual std::uint64_t approximateNumEntries() const = 0;
};

/// An ordered map from K to V, owned by one task.
///
/// Threads  the owning stream thread only; other threads ask through KafkaStreams.
template <class K, class V>
class KeyValueStore : public ReadOnlyKeyValueStore<K, V> {
 public:
  virtual void put(const K& key, const V& value) = 0;
  /// Puts unless there is a value already, which is then returned.
  virtual std::optional<V> putIfAbsent(const K& key, const V& value) = 0;
  virtual void putAll(const std::vector<std::pair<K, V>>& entries) = 0;
  /// Forgets `key` and returns what it had. The changelog receives a tombstone, so a restored store forgets it too.
  virtual std::optional<V> erase(const K& key) = 0;
};

template <class K, class V>
using TimestampedKeyValueStore = KeyValueStore<K, ValueAndTimestamp<V>>;

template <class K, class V>
using ReadOnlyTimestampedKeyValueStore = ReadOnlyKeyValueStore<K, ValueAndTimestamp<V>>;

/// A store that any thread may ask while its owner writes: each call sees one state of the whole store.
template <class K, class V>
class QueryableKeyValueStore {
 public:
  virtual ~QueryableKeyValueStore() = default;
  /// Reads for other threads; valid until the store is closed, afterwards its calls throw Error{not_available}.
  [[nodiscard]] virtual std::shared_ptr<const ReadOnlyKeyValueStore<K, V>> reader() const = 0;
};

}  // namespace widgetstream
