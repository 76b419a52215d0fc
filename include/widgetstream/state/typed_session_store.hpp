#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/state/read_only_timed_stores.hpp"
#include "widgetstream/state/session_store.hpp"
#include "widgetstream/state/typed_window_store.hpp"

namespace widgetstream {

namespace detail {

/// What TypedSessionStore::reader() hands out.
template <class K, class Stored>
class TypedSessionReader final : public ReadOnlySessionStore<K, Stored> {
 public:
  using Visitor = typename ReadOnlySessionStore<K, Stored>::Visitor;

  TypedSessionReader(WindowedReader rows, Serde<K> keys, std::string topic)
      : rows_(std::move(rows)), keys_(std::move(keys)), topic_(std::move(topic)) {}

  [[nodiscard]] std::optional<Stored> fetchSession(const K& key, Timestamp start, Timestamp end) const override {
    Bytes bytes;
    keys_.encode(key, {topic_, true}, bytes);
    std::optional<Stored> value;
    rows_.get(bytes, {start, end}, &value);
    return value;
  }
  void findSessions(const K& key, Timestamp earliest_end, Timestamp latest_start, const Visitor& visit) const override {
    walk(windowRange<K>(keys_, topic_, key, key, earliest_end, latest_start, false), visit);
  }
  void backwardFindSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    walk(windowRange<K>(keys_, topic_, key, key, earliest_end, latest_start, true), visit);
  }
  void findSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                    const Visitor& visit) const override {
    walk(windowRange(keys_, topic_, first, last, earliest_end, latest_start, false), visit);
  }
  void backwardFindSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    walk(windowRange(keys_, topic_, first, last, earliest_end, latest_start, true), visit);
  }
  void findSessions(Timestamp earliest_end, Timestamp latest_end, const Visitor& visit) const override {
    WindowRange range = windowRange<K>(keys_, topic_, {}, {}, earliest_end, latest_end, false);
    range.by_end = true;
    walk(range, visit);
  }

 private:
  void walk(const WindowRange& range, const Visitor& visit) const {
    walkRows<K, Stored>(*rows_.scan(range), keys_, topic_, visit);
  }

  WindowedReader rows_;
  Serde<K> keys_;
  std::string topic_;
};

}  // namespace detail

/// The session store of a task: typed values in memory over an engine that keeps bytes. `Stored` is the aggregate, or
/// AggregationWithHeaders of it.
///
/// State    as TypedKeyValueStore.
/// Time     the newest end that has passed the record cache hides sessions that ended longer ago than the retention.
///          What is in the record cache can be read as long as it is there, as in Java.
/// Order    a changed entry is logged before it is forwarded. A put that comes too late is counted as dropped, but
///          logged and forwarded like others.
/// Threads  the owning stream thread; others through reader().
/// Errors   as TypedKeyValueStore.
template <class K, class Stored>
class TypedSessionStore final : public detail::WindowedTable,
                                public SessionStore<K, Stored>,
                                public QueryableSessionStore<K, Stored> {
  using Traits = detail::StoredTraits<Stored>;

 public:
  using Value = typename Traits::Value;
  using Visitor = typename ReadOnlySessionStore<K, Stored>::Visitor;
  /// As TypedWindowStore::FlushListener. `timestamp` is that of the record that caused the change.
  using FlushListener = std::function<void(const Windowed<K>& session, Nullable<Value> new_value,
                                           Nullable<Value> old_value, Timestamp timestamp, const RecordStamp& stamp)>;

  TypedSessionStore(detail::TableOptions options, detail::WindowedOptions windowed, Serde<K> keys, Serde<Value> values)
      : WindowedTable(std::move(options), windowed), keys_(std::move(keys)), values_(std::move(values)) {}

  // What processors of the DSL use: no copies.

  /// The aggregate of a session, as TypedKeyValueStore::find().
  [[nodiscard]] Nullable<Value> find(const K& key, Window session) { return bare(findRow(encoded(key), session)); }
  /// Replaces the aggregate; null removes. `stamp` is the record that caused it.
  void put(const K& key, Window session, Nullable<Value> value, const RecordStamp& stamp) {
    putRow(encoded(key), session, value.pointer(), no_timestamp, stamp);
  }
  void remove(const K& key, Window session, const RecordStamp& stamp) { removeRow(encoded(key), session, stamp); }
  /// Visits the sessions of a key with earliest_end <= end and start <= latest_start: visit(Window, const Stored&)
  /// returns false to end the walk. The walk sees the store as it was at the call; the visitor may write to it.
  template <std::predicate<Window, const Stored&> Visit>
  void visitSessions(const K& key, Timestamp earliest_end, Timestamp latest_start, const Visit& visit) const {
    const auto cursor = scanRows(detail::windowRange<K>(keys_, topic(), key, key, earliest_end, latest_start, false));
    for (; cursor->valid(); cursor->next()) {
      if (!visit(cursor->window(), *static_cast<const Stored*>(cursor->stored()))) return;
    }
  }
  /// Visits the sessions of all keys with earliest_end <= end <= latest_end: visit(const Windowed<K>&, const Stored&)
  /// returns false to end the walk. In order of end if the store is time-ordered or in memory.
  template <std::predicate<const Windowed<K>&, const Stored&> Visit>
  void visitAll(Timestamp earliest_end, Timestamp latest_end, const Visit& visit) const {
    detail::WindowRange range = detail::windowRange<K>(keys_, topic(), {}, {}, earliest_end, latest_end, false);
    range.by_end = true;
    detail::walkRows<K, Stored>(*scanRows(range), keys_, topic(), visit);
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

  // ReadOnlySessionStore and SessionStore: what processors of users see.

  using SessionStore<K, Stored>::put;

  [[nodiscard]] std::optional<Stored> fetchSession(const K& key, Timestamp start, Timestamp end) const override {
    const void* stored = findRow(encoded(key), {start, end});
    if (!stored) return std::nullopt;
    return *static_cast<const Stored*>(stored);
  }
  void findSessions(const K& key, Timestamp earliest_end, Timestamp latest_start, const Visitor& visit) const override {
    walk(detail::windowRange<K>(keys_, topic(), key, key, earliest_end, latest_start, false), visit);
  }
  void backwardFindSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    walk(detail::windowRange<K>(keys_, topic(), key, key, earliest_end, latest_start, true), visit);
  }
  void findSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                    const Visitor& visit) const override {
    walk(detail::windowRange(keys_, topic(), first, last, earliest_end, latest_start, false), visit);
  }
  void backwardFindSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    walk(detail::windowRange(keys_, topic(), first, last, earliest_end, latest_start, true), visit);
  }
  void findSessions(Timestamp earliest_end, Timestamp latest_end, const Visitor& visit) const override {
    visitAll(earliest_end, latest_end, visit);
  }
  void put(const Windowed<K>& session, Nullable<Stored> stored) override {
    RecordStamp stamp = currentStamp();
    if (stored) {
      if (const Headers* headers = Traits::headers(*stored)) stamp.headers = headers;
    }
    const Value* value = stored ? std::addressof(Traits::value(*stored)) : nullptr;
    putRow(encoded(session.key), session.window, value, no_timestamp, stamp);
  }
  void remove(const Windowed<K>& session) override { removeRow(encoded(session.key), session.window, currentStamp()); }

  [[nodiscard]] std::shared_ptr<const ReadOnlySessionStore<K, Stored>> reader() const override {
    return detail::makeShared<const ReadOnlySessionStore<K, Stored>, detail::TypedSessionReader<K, Stored>>(
        windowedReader(), keys_, topic());
  }
  [[nodiscard]] std::unique_ptr<StateStore> readOnlyView() const override {
    return std::make_unique<detail::SessionView<K, Stored>>(name(), persistent(), reader());
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
  void walk(const detail::WindowRange& range, const Visitor& visit) const {
    detail::walkRows<K, Stored>(*scanRows(range), keys_, topic(), visit);
  }

  Serde<K> keys_;
  Serde<Value> values_;
  mutable Bytes key_buffer_;  // of the owning thread
};

}  // namespace widgetstream
