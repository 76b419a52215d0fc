#pragma once

#include <string>

#include "widgetstream/processor/processor_context.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"

namespace widgetstream::detail {

/// What became of a row that was put.
enum class PutResult {
  latest,      ///< the newest of its key
  not_latest,  ///< a versioned store took it into the past of its key
  refused,     ///< older than a versioned store's history: nothing happened
};

/// The rows of a table in whichever kind of store keeps them.
template <class K, class V>
class TableRows {
 public:
  using KeyValues = TypedTimestampedStore<K, V>;
  using FlushListener = typename KeyValues::FlushListener;

  TableRows() = default;
  /// Errors  Error{invalid_topology} when the store is not connected to the node, or of a kind that keeps no rows
  TableRows(AnyProcessorContext& context, const std::string& store)
      : key_values_(&context.template getStateStore<KeyValues>(store)) {}

  [[nodiscard]] explicit operator bool() const noexcept { return key_values_ != nullptr; }
  [[nodiscard]] bool versioned() const noexcept { return false; }
  /// True if the store's cache passes changes on, at its flush.
  [[nodiscard]] bool caching() const noexcept { return key_values_->caching(); }

  [[nodiscard]] StoredValue<V> find(const K& key) { return key_values_->find(key); }
  [[nodiscard]] StoredValue<V> findAsOf(const K&, Timestamp) {
    throw Error{ErrorKind::invalid_topology, "store '" + key_values_->name() +
                                                 "' keeps no versions; materialize the table with "
                                                 "persistentVersionedKeyValueStore() to ask for its past"};
  }

  PutResult put(const K& key, Nullable<V> value, Timestamp timestamp, const RecordStamp& stamp) {
    key_values_->put(key, value, timestamp, stamp);
    return PutResult::latest;
  }
  void onFlush(FlushListener listener) { key_values_->onFlush(std::move(listener)); }

 private:
  KeyValues* key_values_ = nullptr;
};

}  // namespace widgetstream::detail

// Those of windowed keys.
#include "widgetstream/dsl/operators/windowed_rows.hpp"
