#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "widgetstream/core/window.hpp"
#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/operators/close_watch.hpp"
#include "widgetstream/dsl/operators/table_writer.hpp"
#include "widgetstream/state/typed_session_store.hpp"
#include "widgetstream/state/typed_window_store.hpp"

namespace widgetstream::detail {

/// Passes the changes of a windowed table on: at once, or through the record cache at its flush; or none of them, when
/// results wait for their window to close.
///
/// Order    store and changelog before the record below, as in Java.
template <class K, class A>
class WindowedForwarder {
 public:
  /// `at_session_end`: a result's time is the end of its window.
  template <class Store>
  void init(ProcessorContext<Windowed<K>, Change<A>>& context, Store& store, const TableState& state, EmitStrategy emit,
            bool at_session_end) {
    context_ = &context;
    send_old_values_ = state.send_old_values;
    on_close_ = emit == EmitStrategy::onWindowClose();
    if (on_close_) {
      watch_.init(context.any(), state.store);
      return;
    }
    caching_ = store.caching();
    if (!caching_) return;
    store.onFlush([this, at_session_end](const Windowed<K>& key, Nullable<A> new_value, Nullable<A> old_value,
                                         Timestamp timestamp, const RecordStamp& stamp) {
      const RecordContext as{stamp.topic, stamp.partition, stamp.offset, stamp.timestamp, *stamp.headers};
      const auto acting = context_->any().actAs(as);
      forward(key, new_value, old_value, at_session_end ? key.window.end : timestamp, *stamp.headers);
    });
  }

  [[nodiscard]] bool sendsOldValues() const noexcept { return send_old_values_; }
  /// True if changes are passed on at the put.
  [[nodiscard]] bool atOnce() const noexcept { return !on_close_ && !caching_; }
  [[nodiscard]] CloseWatch& watch() noexcept { return watch_; }

  void forward(const K& key, const Window& window, Nullable<A> new_value, Nullable<A> old_value, Timestamp timestamp,
               const Headers& headers) {
    forward(keyed(key, window), new_value, old_value, timestamp, headers);
  }
  void forward(const Windowed<K>& key, Nullable<A> new_value, Nullable<A> old_value, Timestamp timestamp,
               const Headers& headers) {
    const Change<A> change{new_value, send_old_values_ ? old_value : Nullable<A>{}};
    context_->forward({Nullable<Windowed<K>>{key}, Nullable<Change<A>>{change}, timestamp, headers});
  }

 private:
  /// In memory that is used again.
  [[nodiscard]] const Windowed<K>& keyed(const K& key, const Window& window) {
    if constexpr (std::is_copy_assignable_v<K>) {
      if (key_) {
        key_->key = key;
        key_->window = window;
        return *key_;
      }
    }
    return key_.emplace(Windowed<K>{key, window});
  }

  ProcessorContext<Windowed<K>, Change<A>>* context_ = nullptr;
  bool send_old_values_ = false;
  bool on_close_ = false;
  bool caching_ = false;
  CloseWatch watch_;
  std::optional<Windowed<K>> key_;
};

/// The store of an aggregate over windows that have a start and a size, and the way its changes go.
template <class K, class A>
class WindowWriter {
 public:
  using Store = TypedTimestampedWindowStore<K, A>;
  using Stored = ValueAndTimestamp<A>;

  void init(ProcessorContext<Windowed<K>, Change<A>>& context, const TableState& state, EmitStrategy emit) {
    context_ = &context;
    store_ = &context.template getStateStore<Store>(state.store);
    forwarder_.init(context, *store_, state, emit, false);
  }

  [[nodiscard]] Store& store() noexcept { return *store_; }
  [[nodiscard]] CloseWatch& watch() noexcept { return forwarder_.watch(); }
  [[nodiscard]] StoredValue<A> find(const K& key, Timestamp start) { return store_->find(key, start); }

  /// Puts the value and tells the nodes below. `old_value` may be what find() gave for this key and window.
  template <class V>
  void write(const Record<K, V>& record, const Window& window, Nullable<A> new_value, Nullable<A> old_value,
             Timestamp timestamp) {
    store_->put(*record.key, window.start, new_value, timestamp,
                stampOf(context_->recordContext(), record.timestamp, *record.headers));
    if (forwarder_.atOnce()) {
      forwarder_.forward(*record.key, window, new_value, old_value, timestamp, *record.headers);
    }
  }

  /// Tells the results of the windows of all keys with first <= start <= last, which are closed at `close`. Their
  /// headers are those of the record whose time has closed them.
  void emitClosed(Timestamp first, Timestamp last, Timestamp close, const Headers& headers) {
    std::uint64_t results = 0;
    store_->visitAll(first, last, [&](const Windowed<K>& key, const Stored& stored) {
      ++results;
      forwarder_.forward(key, Nullable<A>{stored.value}, {}, stored.timestamp, headers);
      return true;
    });
    watch().emitted(close, results);
  }

 private:
  ProcessorContext<Windowed<K>, Change<A>>* context_ = nullptr;
  Store* store_ = nullptr;
  WindowedForwarder<K, A> forwarder_;
};

}  // namespace widgetstream::detail
