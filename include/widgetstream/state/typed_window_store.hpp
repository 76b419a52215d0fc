#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/read_only_timed_stores.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"
#include "widgetstream/state/typed_value.hpp"
#include "widgetstream/state/value_timestamp_headers.hpp"
#include "widgetstream/state/window_store.hpp"
#include "widgetstream/state/windowed_table.hpp"

namespace widgetstream {

namespace detail {

/// Shows the visitor the windows of one key that the cursor walks over.
template <class Stored, class Visit>
void walkWindows(WindowCursor& cursor, const Visit& visit) {
  for (; cursor.valid(); cursor.next()) {
    if (!visit(cursor.window().start, *static_cast<const Stored*>(cursor.stored()))) return;
  }
}

/// Shows the visitor the windowed keys that the cursor walks over.
template <class K, class Stored, class Visit>
void walkRows(WindowCursor& cursor, const Serde<K>& keys, const std::string& topic, const Visit& visit) {
  std::optional<K> key;
  for (; cursor.valid(); cursor.next()) {
    keys.decode(cursor.key(), {topic, true}, key);
    Windowed<K> row{std::move(*key), cursor.window()};
    if (!visit(std::as_const(row), *static_cast<const Stored*>(cursor.stored()))) return;
    *key = std::move(row.key);  // its memory is used again
  }
}

template <class K>
[[nodiscard]] WindowRange windowRange(const Serde<K>& keys, const std::string& topic, Nullable<K> first,
                                      Nullable<K> last, Timestamp from, Timestamp to, bool backward) {
  WindowRange range;
  range.first = encodeBound(keys, topic, first);
  range.last = first.pointer() == last.pointer() ? range.first : encodeBound(keys, topic, last);
  range.first_time = from;
  range.last_time = to;
  range.backward = backward;
  return range;
}

/// What TypedWindowStore::reader() hands out.
template <class K, class Stored>
class TypedWindowReader final : public ReadOnlyWindowStore<K, Stored> {
 public:
  using KeyVisitor = typename ReadOnlyWindowStore<K, Stored>::KeyVisitor;
  using Visitor = typename ReadOnlyWindowStore<K, Stored>::Visitor;

  TypedWindowReader(WindowedReader rows, Serde<K> keys, std::string topic)
      : rows_(std::move(rows)), keys_(std::move(keys)), topic_(std::move(topic)) {}

  [[nodiscard]] std::optional<Stored> fetch(const K& key, Timestamp start) const override {
    Bytes bytes;
    keys_.encode(key, {topic_, true}, bytes);
    std::optional<Stored> value;
    rows_.get(bytes, {start, start}, &value);
    return value;
  }
  void fetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    walkWindows<Stored>(*rows_.scan(windowRange<K>(keys_, topic_, key, key, from, to, false)), visit);
  }
  void backwardFetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    walkWindows<Stored>(*rows_.scan(windowRange<K>(keys_, topic_, key, key, from, to, true)), visit);
  }
  void fetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, const Visitor& visit) const override {
    walkRows<K, Stored>(*rows_.scan(windowRange(keys_, topic_, first, last, from, to, false)), keys_, topic_, visit);
  }
  void backwardFetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to,
                     const Visitor& visit) const override {
    walkRows<K, Stored>(*rows_.scan(windowRange(keys_, topic_, first, last, from, to, true)), keys_, topic_, visit);
  }

 private:
  WindowedReader rows_;
  Serde<K> keys_;
  std::string topic_;
};

}  // namespace detail

/// The window store of a task: typed values in memory over an engine that keeps bytes. `Stored` is V for a plain store,
/// ValueAndTimestamp<V> for the windows of an aggregate, ValueTimestampHeaders<V> for one that is aware of headers and
/// for the windows of a stream-stream join (TypedJoinWindowStore).
///
/// State    as TypedKeyValueStore: what was put waits in memory for commit(), as objects; a hot window costs a hash
///          look-up and no serde.
/// Time     the newest start that has passed the record cache hides rows older than the retention below it. What is in
///          the record cache can be read as long as it is there, as in Java.
/// Order    a changed entry is logged before it is forwarded. A put that comes too late is counted as dropped, but
///          logged and forwarded like others.
/// Threads  the owning stream thread; others through reader().
/// Errors   as TypedKeyValueStore.
template <class K, class Stored>
class TypedWindowStore final : public detail::WindowedTable,
                               public WindowStore<K, Stored>,
                               public QueryableWindowStore<K, Stored> {
  using Traits = detail::StoredTraits<Stored>;

 public:
  using Value = typename Traits::Value;
  using KeyVisitor = typename ReadOnlyWindowStore<K, Stored>::KeyVisitor;
  using Visitor = typename ReadOnlyWindowStore<K, Stored>::Visitor;
  /// Told of each entry that leaves the record cache, after it was logged. `timestamp` is the new value's, or the
  /// deleting record's when the new value is null. May call other stores; what it throws leaves the entries behind it
  /// in the cache.
  using FlushListener = std::function<void(const Windowed<K>& key, Nullable<Value> new_value, Nullable<Value> old_value,
                                           Timestamp timestamp, const RecordStamp& stamp)>;

  TypedWindowStore(detail::TableOptions options, detail::WindowedOptions windowed, Serde<K> keys, Serde<Value> values)
      : WindowedTable(std::move(options), windowed), keys_(std::move(keys)), values_(std::move(values)) {}

  // What processors of the DSL use: no copies.

  /// The value of `key` in the window that begins at `start`. It lives until the next call on the store; if that is a
  /// put() of the same key and window and the store does not cache, until the put() after it.
  [[nodiscard]] StoredValue<Value> find(const K& key, Timestamp start) {
    const auto* stored = static_cast<const Stored*>(findRow(encoded(key), windowFrom(start)));
    if (!stored) return {};
    return {Nullable<Value>{Traits::value(*stored)}, Traits::timestamp(*stored)};
  }
  /// Replaces the value; null erases. `stamp` is the record that caused it. A store that retains duplicates adds the
  /// value instead.
  void put(const K& key, Timestamp start, Nullable<Value> value, Timestamp timestamp, const RecordStamp& stamp) {
    putRow(encoded(key), windowFrom(start), value.pointer(), timestamp, stamp);
  }
  /// Visits from <= start <= to of one key: visit(Timestamp start, const Stored&) returns false to end the walk. The
  /// walk sees the store as it was at the call; the visitor may write to it.
  template <std::predicate<Timestamp, const Stored&> Visit>
  void visitWindows(const K& key, Timestamp from, Timestamp to, const Visit& visit, bool backward = false) const {
    detail::walkWindows<Stored>(*scanRows(detail::windowRange<K>(keys_, topic(), key, key, from, to, backward)), visit);
  }
  /// Visits from <= start <= to of all keys: visit(const Windowed<K>&, const Stored&) returns false to end the walk.
  /// In order of start, then key, if the store is time-ordered or in memory.
  template <std::predicate<const Windowed<K>&, const Stored&> Visit>
  void visitAll(Timestamp from, Timestamp to, const Visit& visit, bool backward = false) const {
    detail::walkRows<K, Stored>(*scanRows(detail::windowRange<K>(keys_, topic(), {}, {}, from, to, backward)), keys_,
                                topic(), visit);
  }
  void onFlush(FlushListener listener) {
    onCacheFlush([this, listener = std::move(listener)](const detail::CacheFlush& flush) {
      Bytes scratch;
      std::optional<K> key;
      keys_.decode(flushedKey(flush, scratch), {topic(), true}, key);
      listener({std::move(*key), flushedWindow(flush)}, bare(flush.new_stored), bare(flush.old_stored), flush.timestamp,
               flush.stamp);
    });
  }

  // ReadOnlyWindowStore and WindowStore: what processors of users see.

  using WindowStore<K, Stored>::put;

  [[nodiscard]] std::optional<Stored> fetch(const K& key, Timestamp start) const override {
    const void* stored = findRow(encoded(key), windowFrom(start));
    if (!stored) return std::nullopt;
    return *static_cast<const Stored*>(stored);
  }
  void fetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    visitWindows(key, from, to, visit);
  }
  void backwardFetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    visitWindows(key, from, to, visit, true);
  }
  void fetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, const Visitor& visit) const override {
    walkRange(first, last, from, to, false, visit);
  }
  void backwardFetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to,
                     const Visitor& visit) const override {
    walkRange(first, last, from, to, true, visit);
  }
  void put(const K& key, Nullable<Stored> stored, Timestamp start) override {
    RecordStamp stamp = currentStamp();
    if (!stored) return putRow(encoded(key), windowFrom(start), nullptr, no_timestamp, stamp);
    if (const Headers* headers = Traits::headers(*stored)) stamp.headers = headers;
    putRow(encoded(key), windowFrom(start), std::addressof(Traits::value(*stored)), Traits::timestamp(*stored), stamp);
  }

  [[nodiscard]] std::shared_ptr<const ReadOnlyWindowStore<K, Stored>> reader() const override {
    return detail::makeShared<const ReadOnlyWindowStore<K, Stored>, detail::TypedWindowReader<K, Stored>>(
        windowedReader(), keys_, topic());
  }
  [[nodiscard]] std::unique_ptr<StateStore> readOnlyView() const override {
    return std::make_unique<detail::WindowView<K, Stored>>(name(), persistent(), reader());
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
  [[nodiscard]] static Nullable<Value> bare(const void* stored) {
    return stored ? Nullable<Value>{Traits::value(*static_cast<const Stored*>(stored))} : Nullable<Value>{};
  }
  void walkRange(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, bool backward,
                 const Visitor& visit) const {
    detail::walkRows<K, Stored>(*scanRows(detail::windowRange(keys_, topic(), first, last, from, to, backward)), keys_,
                                topic(), visit);
  }

  Serde<K> keys_;
  Serde<Value> values_;
  mutable Bytes key_buffer_;  // of the owning thread
};

/// The store behind windowed aggregates.
template <class K, class V>
using TypedTimestampedWindowStore = TypedWindowStore<K, ValueAndTimestamp<V>>;

/// The windows of one side of a stream-stream join.
template <class K, class V>
using TypedJoinWindowStore = TypedWindowStore<K, ValueTimestampHeaders<V>>;

}  // namespace widgetstream
