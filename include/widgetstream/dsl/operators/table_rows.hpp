#pragma once

#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/error.hpp"
#include "widgetstream/processor/processor_context.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"
#include "widgetstream/state/typed_versioned_store.hpp"

namespace widgetstream::detail {

/// What became of a row that was put.
enum class PutResult {
  latest,      ///< the newest of its key
  not_latest,  ///< a versioned store took it into the past of its key
  refused,     ///< older than a versioned store's history: nothing happened
};

/// The rows of a table in whichever kind of store keeps them: key-value or versioned.
///
/// State  what is found is borrowed until the next call
template <class K, class V>
class TableRows {
  using KeyValues = TypedTimestampedStore<K, V>;
  using Versions = TypedVersionedStore<K, V>;

 public:
  using FlushListener = typename KeyValues::FlushListener;

  TableRows() = default;
  /// Errors  Error{invalid_topology} when the store is not connected to the node, or of another kind or types
  TableRows(AnyProcessorContext& context, const std::string& store) {
    StateStore& found = context.stateStore(store);
    versions_ = dynamic_cast<Versions*>(&found);
    if (!versions_) key_values_ = &context.template getStateStore<KeyValues>(store);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return key_values_ || versions_; }
  [[nodiscard]] bool versioned() const noexcept { return versions_ != nullptr; }
  /// True if the store's cache passes changes on, at its flush.
  [[nodiscard]] bool caching() const noexcept { return key_values_ && key_values_->caching(); }

  [[nodiscard]] StoredValue<V> find(const K& key) {
    return versions_ ? borrow(versions_->get(key)) : key_values_->find(key);
  }
  /// Errors  Error{invalid_topology} when the store is not versioned
  [[nodiscard]] StoredValue<V> findAsOf(const K& key, Timestamp as_of) {
    if (!versions_) {
      throw Error{ErrorKind::invalid_topology,
                  "store '" + key_values_->name() +
                      "' keeps no versions; materialize the table with persistentVersionedKeyValueStore() to ask for "
                      "its past"};
    }
    return borrow(versions_->get(key, as_of));
  }

  PutResult put(const K& key, Nullable<V> value, Timestamp timestamp, const RecordStamp& stamp) {
    if (!versions_) {
      key_values_->put(key, value, timestamp, stamp);
      return PutResult::latest;
    }
    const std::int64_t valid_to = versions_->put(key, value, timestamp);
    if (valid_to == put_return_code_not_put) return PutResult::refused;
    return valid_to == put_return_code_valid_to_undefined ? PutResult::latest : PutResult::not_latest;
  }
  void onFlush(FlushListener listener) { key_values_->onFlush(std::move(listener)); }

 private:
  /// A versioned store decodes each time: its rows are kept here, for a node below may ask it again meanwhile.
  [[nodiscard]] StoredValue<V> borrow(std::optional<VersionedRecord<V>> found) {
    version_ = std::move(found);
    if (!version_) return {};
    return {Nullable<V>{version_->value}, version_->timestamp};
  }

  KeyValues* key_values_ = nullptr;
  Versions* versions_ = nullptr;
  std::optional<VersionedRecord<V>> version_;
};

}  // namespace widgetstream::detail

// Those of windowed keys.
#include "widgetstream/dsl/operators/windowed_rows.hpp"
