#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// A value with the time it has been valid from and, unless it still is, the time it was valid until, exclusively.
template <class V>
struct VersionedRecord {
  V value;
  Timestamp timestamp = no_timestamp;
  std::optional<Timestamp> valid_to;

  friend bool operator==(const VersionedRecord&, const VersionedRecord&) = default;
};

/// What VersionedKeyValueStore::put() returns when it has no end of validity to tell.
inline constexpr std::int64_t put_return_code_valid_to_undefined = -1;
inline constexpr std::int64_t put_return_code_not_put = std::numeric_limits<std::int64_t>::min();

/// Reads of a map from K to the history of its values.
///
/// Errors  as ReadOnlyKeyValueStore.
template <class K, class V>
class ReadOnlyVersionedKeyValueStore {
 public:
  /// Returns false to end the walk. References die when the call returns.
  using Visitor = std::function<bool(const K& key, const VersionedRecord<V>& version)>;

  virtual ~ReadOnlyVersionedKeyValueStore() = default;

  /// The newest value; nullopt if there is none or it was deleted.
  [[nodiscard]] virtual std::optional<VersionedRecord<V>> get(const K& key) const = 0;
  /// The value that was valid at `as_of`. Of times longer ago than the history retention only a value that is still
  /// valid is known.
  [[nodiscard]] virtual std::optional<VersionedRecord<V>> get(const K& key, Timestamp as_of) const = 0;
  /// Visits all versions that can still be read, by the bytes of the keys, older ones of a key first.
  virtual void all(const Visitor& visit) const = 0;
};

/// A map from K to the history of its values, as far back as the history retention, owned by one task. Time is that of
/// the newest put the store has seen.
///
/// Threads  the owning stream thread only; other threads ask through KafkaStreams.
template <class K, class V>
class VersionedKeyValueStore : public ReadOnlyVersionedKeyValueStore<K, V> {
 public:
  using ReadOnlyVersionedKeyValueStore<K, V>::get;

  /// Adds a version that begins at `timestamp`, or replaces the one that does; null: from then on there is no value.
  /// Returns the time it is valid until, in milliseconds, put_return_code_valid_to_undefined if it is the newest one,
  /// or put_return_code_not_put if it came too late.
  virtual std::int64_t put(const K& key, Nullable<V> value, Timestamp timestamp) = 0;
  std::int64_t put(const K& key, const V& value, Timestamp timestamp) {
    return put(key, Nullable<V>{std::addressof(value)}, timestamp);
  }
  /// A put of null that returns the value valid at `timestamp` until then: Java's delete().
  virtual std::optional<VersionedRecord<V>> erase(const K& key, Timestamp timestamp) = 0;
};

/// A versioned store that any thread may ask while its owner writes: each call sees one state of the whole store.
template <class K, class V>
class QueryableVersionedKeyValueStore {
 public:
  virtual ~QueryableVersionedKeyValueStore() = default;
  /// Reads for other threads; valid until the store is closed, afterwards its calls throw Error{not_available}.
  [[nodiscard]] virtual std::shared_ptr<const ReadOnlyVersionedKeyValueStore<K, V>> reader() const = 0;
};

}  // namespace widgetstream
