#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/owned.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/read_only_store.hpp"
#include "widgetstream/state/record_stamp.hpp"
#include "widgetstream/state/table_store.hpp"
#include "widgetstream/state/typed_value.hpp"

namespace widgetstream {

/// A stored value as its owner sees it: borrowed, null when there is none.
template <class V>
struct StoredValue {
  Nullable<V> value;
  Timestamp timestamp = no_timestamp;
};

namespace detail {

/// Shows the visitor what the cursor walks over.
template <class K, class Stored>
void walk(TableCursor& cursor, const Serde<K>& keys, const std::string& topic,
          const typename ReadOnlyKeyValueStore<K, Stored>::Visitor& visit) {
  std::optional<K> key;
  for (; cursor.valid(); cursor.next()) {
    keys.decode(cursor.key(), {topic, true}, key);
    if (!visit(*key, *static_cast<const Stored*>(cursor.stored()))) return;
  }
}

template <class K>
[[nodiscard]] std::optional<Bytes> encodeBound(const Serde<K>& keys, const std::string& topic, Nullable<K> bound) {
  if (!bound) return std::nullopt;
  Bytes bytes;
  keys.encode(*bound, {topic, true}, bytes);
  return bytes;
}

/// What TypedKeyValueStore::reader() hands out.
template <class K, class Stored>
class TypedReader final : public ReadOnlyKeyValueStore<K, Stored> {
 public:
  using Visitor = typename ReadOnlyKeyValueStore<K, Stored>::Visitor;

  TypedReader(TableReader table, Serde<K> keys, std::string topic)
      : table_(std::move(table)), keys_(std::move(keys)), topic_(std::move(topic)) {}

  [[nodiscard]] std::optional<Stored> get(const K& key) const override {
    Bytes bytes;
    keys_.encode(key, {topic_, true}, bytes);
    std::optional<Stored> value;
    table_.get(bytes, &value);
    return value;
  }
  void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    walkRange(first, last, false, visit);
  }
  void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    walkRange(first, last, true, visit);
  }
  void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const override {
    walk<K, Stored>(*table_.scan(prefixBoundsAfter(prefix, after)), keys_, topic_, visit);
  }
  [[nodiscard]] std::uint64_t approximateNumEntries() const override { return table_.approximateEntries(); }

 private:
  void walkRange(Nullable<K> first, Nullable<K> last, bool reverse, const Visitor& visit) const {
    const auto bounds = rangeBounds(encodeBound(keys_, topic_, first), encodeBound(keys_, topic_, last), reverse);
    walk<K, Stored>(*table_.scan(bounds), keys_, topic_, visit);
  }

  TableReader table_;
  Serde<K> keys_;
  std::string topic_;
};

}  // namespace detail

/// The key-value store of a task: typed values in memory over an engine that keeps bytes. `Stored` is V for a plain
/// store and ValueAndTimestamp<V> for a timestamped one (see TypedTimestampedStore).
///
/// State    what was put waits in memory for commit(), as objects; the engine only ever holds what was committed.
///          A hot key costs a hash look-up and no serde.
/// Order    a changed entry is logged before it is forwarded. With caching both happen at the cache's flush, once for
///          all puts since the last one, in order of last update.
/// Threads  the owning stream thread; others through reader().
/// Errors   Error{store_corrupted}, Error{retriable} as the engine's; Error{bad_record} for bytes that cannot be
///          decoded; Error{not_available} before open() and after close().
template <class K, class Stored>
class TypedKeyValueStore final : public detail::TableStore,
                                 public KeyValueStore<K, Stored>,
                                 public QueryableKeyValueStore<K, Stored> {
  using Traits = detail::StoredTraits<Stored>;

 public:
  using Value = typename Traits::Value;
  using Visitor = typename ReadOnlyKeyValueStore<K, Stored>::Visitor;
  /// Told of each entry that leaves the record cache, after it was logged. `timestamp` is the new value's, or the
  /// deleting record's when the new value is null. May call other stores; what it throws leaves the entries behind it
  /// in the cache.
  using FlushListener = std::function<void(const K& key, Nullable<Value> new_value, Nullable<Value> old_value,
                                           Timestamp timestamp, const RecordStamp& stamp)>;

  TypedKeyValueStore(detail::TableOptions options, Serde<K> keys, Serde<Value> values)
      : TableStore(std::move(options)), keys_(std::move(keys)), values_(std::move(values)) {}

  // What processors of the DSL use: no copies.

  /// The newest value of `key`, cached or not. It lives until the next call on the store. What a put() replaces in a
  /// store that does not cache lives on until the put() after it, so that the nodes below may still compare.
  [[nodiscard]] StoredValue<Value> find(const K& key) requires Traits::timestamped {
    const auto* stored = static_cast<const Stored*>(findStored(encoded(key)));
    if (!stored) return {};
    return {Nullable<Value>{Traits::value(*stored)}, Traits::timestamp(*stored)};
  }
  /// Replaces the value of `key`; null erases. `stamp` is the record that caused it.
  void put(const K& key, Nullable<Value> value, Timestamp timestamp,
           const RecordStamp& stamp) requires Traits::timestamped {
    putValue(encoded(key), value.pointer(), timestamp, stamp);
  }
  void onFlush(FlushListener listener) requires Traits::timestamped {
    onCacheFlush([this, listener = std::move(listener)](const detail::CacheFlush& flush) {
      std::optional<K> key;
      keys_.decode(flush.key, {topic(), true}, key);
      listener(*key, bare(flush.new_stored), bare(flush.old_stored), flush.timestamp, flush.stamp);
    });
  }

  // ReadOnlyKeyValueStore and KeyValueStore: what processors of users see.

  [[nodiscard]] std::optional<Stored> get(const K& key) const override { return copied(findStored(encoded(key))); }
  void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    walkRange(first, last, false, visit);
  }
  void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    walkRange(first, last, true, visit);
  }
  void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const override {
    detail::walk<K, Stored>(*scan(detail::prefixBoundsAfter(prefix, after)), keys_, topic(), visit);
  }
  [[nodiscard]] std::uint64_t approximateNumEntries() const override { return approximateEntries(); }

  void put(const K& key, const Stored& stored) override {
    RecordStamp stamp = currentStamp();
    if (const Headers* headers = Traits::headers(stored)) stamp.headers = headers;
    putValue(encoded(key), std::addressof(Traits::value(stored)), Traits::timestamp(stored), stamp);
  }
  std::optional<Stored> putIfAbsent(const K& key, const Stored& stored) override {
    auto before = get(key);
    if (!before) put(key, stored);
    return before;
  }
  void putAll(const std::vector<std::pair<K, Stored>>& entries) override {
    for (const auto& [key, stored] : entries) put(key, stored);
  }
  std::optional<Stored> erase(const K& key) override {
    auto before = get(key);
    putValue(encoded(key), nullptr, no_timestamp, currentStamp());
    return before;
  }

  [[nodiscard]] std::shared_ptr<const ReadOnlyKeyValueStore<K, Stored>> reader() const override {
    return detail::makeShared<const ReadOnlyKeyValueStore<K, Stored>, detail::TypedReader<K, Stored>>(tableReader(),
                                                                                                      keys_, topic());
  }
  [[nodiscard]] std::unique_ptr<StateStore> readOnlyView() const override {
    return detail::makeOwned<StateStore, detail::KeyValueView<K, Stored>>(name(), persistent(), reader());
  }

 private:
  [[nodiscard]] std::shared_ptr<const detail::ValueType> makeValueType(const std::string& topic) const override {
    return detail::makeShared<const detail::ValueType, detail::TypedValue<Stored>>(values_, topic);
  }

  /// Valid until the next call.
  [[nodiscard]] BytesView encoded(const K& key) const {
    key_buffer_.clear();
    keys_.encode(key, {topic(), true}, key_buffer_);
    return key_buffer_;
  }
  [[nodiscard]] static std::optional<Stored> copied(const void* stored) {
    if (!stored) return std::nullopt;
    return *static_cast<const Stored*>(stored);
  }
  [[nodiscard]] static Nullable<Value> bare(const void* stored) {
    return stored ? Nullable<Value>{Traits::value(*static_cast<const Stored*>(stored))} : Nullable<Value>{};
  }
  void walkRange(Nullable<K> first, Nullable<K> last, bool reverse, const Visitor& visit) const {
    const auto bounds = detail::rangeBounds(detail::encodeBound(keys_, topic(), first),
                                            detail::encodeBound(keys_, topic(), last), reverse);
    detail::walk<K, Stored>(*scan(bounds), keys_, topic(), visit);
  }

  Serde<K> keys_;
  Serde<Value> values_;
  mutable Bytes key_buffer_;  // of the owning thread
};

/// The store behind every table and aggregate of the DSL.
template <class K, class V>
using TypedTimestampedStore = TypedKeyValueStore<K, ValueAndTimestamp<V>>;

}  // namespace widgetstream
