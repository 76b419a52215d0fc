#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/session_store.hpp"
#include "widgetstream/state/typed_value.hpp"
#include "widgetstream/state/window_store.hpp"

/// Stores whose values bear timestamps or headers as ones of plain values: what Java's test driver gives out when it is
/// asked for those.
namespace widgetstream::detail {

template <class V, class Stored>
struct PlainValues {
  using Traits = StoredTraits<Stored>;

  static std::optional<V> plain(std::optional<Stored> stored) {
    if (!stored) return std::nullopt;
    return std::move(Traits::value(*stored));
  }
  static Stored stored(const V& value) { return Traits::make(V{value}, no_timestamp, noHeaders()); }
  template <class Visitor>
  static auto adapted(const Visitor& visit) {
    return [&visit](const auto& key, const Stored& held) { return visit(key, Traits::value(held)); };
  }
};

template <class K, class V, class Stored>
class PlainView final : public KeyValueStore<K, V>, PlainValues<V, Stored> {
 public:
  using Visitor = typename ReadOnlyKeyValueStore<K, V>::Visitor;

  explicit PlainView(KeyValueStore<K, Stored>& store) : store_(store) {}

  [[nodiscard]] std::optional<V> get(const K& key) const override { return this->plain(store_.get(key)); }
  void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    store_.range(first, last, this->adapted(visit));
  }
  void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    store_.reverseRange(first, last, this->adapted(visit));
  }
  void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const override {
    store_.prefixScan(prefix, this->adapted(visit), after);
  }
  [[nodiscard]] std::uint64_t approximateNumEntries() const override { return store_.approximateNumEntries(); }

  void put(const K& key, const V& value) override { store_.put(key, this->stored(value)); }
  std::optional<V> putIfAbsent(const K& key, const V& value) override {
    return this->plain(store_.putIfAbsent(key, this->stored(value)));
  }
  void putAll(const std::vector<std::pair<K, V>>& entries) override {
    for (const auto& [key, value] : entries) put(key, value);
  }
  std::optional<V> erase(const K& key) override { return this->plain(store_.erase(key)); }

 private:
  KeyValueStore<K, Stored>& store_;
};

template <class K, class V, class Stored>
class PlainWindowView final : public WindowStore<K, V>, PlainValues<V, Stored> {
 public:
  using KeyVisitor = typename ReadOnlyWindowStore<K, V>::KeyVisitor;
  using Visitor = typename ReadOnlyWindowStore<K, V>::Visitor;
  using WindowStore<K, V>::put;

  explicit PlainWindowView(WindowStore<K, Stored>& store) : store_(store) {}

  [[nodiscard]] std::optional<V> fetch(const K& key, Timestamp start) const override {
    return this->plain(store_.fetch(key, start));
  }
  void fetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    store_.fetch(key, from, to, this->adapted(visit));
  }
  void backwardFetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    store_.backwardFetch(key, from, to, this->adapted(visit));
  }
  void fetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, const Visitor& visit) const override {
    store_.fetch(first, last, from, to, this->adapted(visit));
  }
  void backwardFetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to,
                     const Visitor& visit) const override {
    store_.backwardFetch(first, last, from, to, this->adapted(visit));
  }
  void put(const K& key, Nullable<V> value, Timestamp start) override {
    if (!value) return store_.erase(key, start);
    store_.put(key, this->stored(*value), start);
  }

 private:
  WindowStore<K, Stored>& store_;
};

template <class K, class V, class Stored>
class PlainSessionView final : public SessionStore<K, V>, PlainValues<V, Stored> {
 public:
  using Visitor = typename ReadOnlySessionStore<K, V>::Visitor;
  using SessionStore<K, V>::put;

  explicit PlainSessionView(SessionStore<K, Stored>& store) : store_(store) {}

  [[nodiscard]] std::optional<V> fetchSession(const K& key, Timestamp start, Timestamp end) const override {
    return this->plain(store_.fetchSession(key, start, end));
  }
  void findSessions(const K& key, Timestamp earliest_end, Timestamp latest_start, const Visitor& visit) const override {
    store_.findSessions(key, earliest_end, latest_start, this->adapted(visit));
  }
  void backwardFindSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    store_.backwardFindSessions(key, earliest_end, latest_start, this->adapted(visit));
  }
  void findSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                    const Visitor& visit) const override {
    store_.findSessions(first, last, earliest_end, latest_start, this->adapted(visit));
  }
  void backwardFindSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    store_.backwardFindSessions(first, last, earliest_end, latest_start, this->adapted(visit));
  }
  void findSessions(Timestamp earliest_end, Timestamp latest_end, const Visitor& visit) const override {
    store_.findSessions(earliest_end, latest_end, this->adapted(visit));
  }
  void put(const Windowed<K>& session, Nullable<V> value) override {
    if (!value) return store_.put(session, Nullable<Stored>{});
    store_.put(session, this->stored(*value));
  }
  void remove(const Windowed<K>& session) override { store_.remove(session); }

 private:
  SessionStore<K, Stored>& store_;
};

}  // namespace widgetstream::detail
