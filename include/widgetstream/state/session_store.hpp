#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"

namespace widgetstream {

/// Reads of a map from sessions, a key and its first and last time, to V.
///
/// Time     a session's window ends at its last record, inclusively. Sessions whose end is older than the newest end
///          the store has seen, less its retention, are hidden: end <= newest - retention.
/// Order    of one key: by end, then by start (a store in memory: of equal ends the later start first). Of several
/// keys:
///          a store in memory goes by end, then by key; a persistent one segment by segment (a stretch of ends), within
///          it by the bytes of key, end and start. A backward walk is the exact reverse.
/// Errors   as ReadOnlyKeyValueStore.
template <class K, class V>
class ReadOnlySessionStore {
 public:
  /// Returns false to end the walk. References die when the call returns.
  using Visitor = std::function<bool(const Windowed<K>& session, const V& value)>;

  virtual ~ReadOnlySessionStore() = default;

  [[nodiscard]] virtual std::optional<V> fetchSession(const K& key, Timestamp start, Timestamp end) const = 0;

  /// Visits the sessions of one key with earliest_end <= end and start <= latest_start.
  virtual void findSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const = 0;
  virtual void backwardFindSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                                    const Visitor& visit) const = 0;
  /// The same of first <= key <= last, by the bytes of the keys; a null bound is open.
  virtual void findSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const = 0;
  virtual void backwardFindSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                                    const Visitor& visit) const = 0;
  /// Visits the sessions of all keys with earliest_end <= end <= latest_end.
  virtual void findSessions(Timestamp earliest_end, Timestamp latest_end, const Visitor& visit) const = 0;

  /// Visits all sessions of a key, or of first <= key <= last.
  void fetch(const K& key, const Visitor& visit) const { findSessions(key, fromMillis(0), Timestamp::max(), visit); }
  void backwardFetch(const K& key, const Visitor& visit) const {
    backwardFindSessions(key, fromMillis(0), Timestamp::max(), visit);
  }
  void fetch(Nullable<K> first, Nullable<K> last, const Visitor& visit) const {
    findSessions(first, last, fromMillis(0), Timestamp::max(), visit);
  }
  void backwardFetch(Nullable<K> first, Nullable<K> last, const Visitor& visit) const {
    backwardFindSessions(first, last, fromMillis(0), Timestamp::max(), visit);
  }
};

/// A map from sessions to V, owned by one task. Sessions vanish when they ended longer ago than the store's retention;
/// a put that comes too late is dropped and counted (dropped-records).
///
/// Threads  the owning stream thread only; other threads ask through KafkaStreams.
template <class K, class V>
class SessionStore : public ReadOnlySessionStore<K, V> {
 public:
  /// Null removes.
  virtual void put(const Windowed<K>& session, Nullable<V> value) = 0;
  void put(const Windowed<K>& session, const V& value) { put(session, Nullable<V>{std::addressof(value)}); }
  virtual void remove(const Windowed<K>& session) = 0;
};

/// A session store that any thread may ask while its owner writes: each call sees one state of the whole store.
template <class K, class V>
class QueryableSessionStore {
 public:
  virtual ~QueryableSessionStore() = default;
  /// Reads for other threads; valid until the store is closed, afterwards its calls throw Error{not_available}.
  [[nodiscard]] virtual std::shared_ptr<const ReadOnlySessionStore<K, V>> reader() const = 0;
};

}  // namespace widgetstream
