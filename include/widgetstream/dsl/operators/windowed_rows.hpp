#pragma once

#include <string>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/dsl/operators/table_rows.hpp"
#include "widgetstream/state/typed_session_store.hpp"
#include "widgetstream/state/typed_window_store.hpp"

namespace widgetstream::detail {

/// The rows of a table of windows: in the window or session store of the aggregate that made them, or in a key-value
/// store of a table below it, which is the only one of these that is written through here.
template <class K, class V>
class TableRows<Windowed<K>, V> {
 public:
  using KeyValues = TypedTimestampedStore<Windowed<K>, V>;
  using FlushListener = typename KeyValues::FlushListener;

  TableRows() = default;
  TableRows(AnyProcessorContext& context, const std::string& store) {
    StateStore& found = context.stateStore(store);
    windows_ = dynamic_cast<TypedTimestampedWindowStore<K, V>*>(&found);
    sessions_ = dynamic_cast<TypedSessionStore<K, V>*>(&found);
    if (!windows_ && !sessions_) key_values_ = &context.template getStateStore<KeyValues>(store);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return key_values_ || windows_ || sessions_; }
  [[nodiscard]] bool versioned() const noexcept { return false; }
  [[nodiscard]] bool caching() const noexcept { return key_values_->caching(); }

  /// A session's row has the time of its end.
  [[nodiscard]] StoredValue<V> find(const Windowed<K>& key) {
    if (windows_) return windows_->find(key.key, key.window.start);
    if (key_values_) return key_values_->find(key);
    return {sessions_->find(key.key, key.window), key.window.end};
  }
  [[nodiscard]] StoredValue<V> findAsOf(const Windowed<K>&, Timestamp) {
    throw Error{ErrorKind::invalid_topology, "a table of windows keeps no versions of its rows"};
  }

  PutResult put(const Windowed<K>& key, Nullable<V> value, Timestamp timestamp, const RecordStamp& stamp) {
    key_values_->put(key, value, timestamp, stamp);
    return PutResult::latest;
  }
  void onFlush(FlushListener listener) { key_values_->onFlush(std::move(listener)); }

 private:
  KeyValues* key_values_ = nullptr;
  TypedTimestampedWindowStore<K, V>* windows_ = nullptr;
  TypedSessionStore<K, V>* sessions_ = nullptr;
};

}  // namespace widgetstream::detail
