#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/read_only_timed_stores.hpp"
#include "widgetstream/state/typed_key_value_store.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"
#include "widgetstream/state/versioned_table.hpp"

namespace widgetstream {

namespace detail {

/// Versions between bytes and types.
template <class K, class V>
struct VersionCodec {
  Serde<K> keys;
  Serde<V> values;

  [[nodiscard]] std::optional<VersionedRecord<V>> typed(const std::optional<VersionBytes>& version,
                                                        const std::string& topic) const {
    if (!version) return std::nullopt;
    std::optional<V> value;
    values.decode(version->value, {topic, false}, value);
    return VersionedRecord<V>{std::move(*value), version->timestamp, version->valid_to};
  }
  [[nodiscard]] VersionVisitor typed(const typename ReadOnlyVersionedKeyValueStore<K, V>::Visitor& visit,
                                     const std::string& topic) const {
    return [this, &visit, &topic](BytesView bytes, const VersionBytes& version) {
      std::optional<K> key;
      keys.decode(bytes, {topic, true}, key);
      std::optional<V> value;
      values.decode(version.value, {topic, false}, value);
      return visit(*key, {std::move(*value), version.timestamp, version.valid_to});
    };
  }
};

/// What TypedVersionedStore::reader() hands out.
template <class K, class V>
class TypedVersionedReader final : public ReadOnlyVersionedKeyValueStore<K, V> {
 public:
  using Visitor = typename ReadOnlyVersionedKeyValueStore<K, V>::Visitor;

  TypedVersionedReader(VersionedReader rows, VersionCodec<K, V> codec, std::string topic)
      : rows_(std::move(rows)), codec_(std::move(codec)), topic_(std::move(topic)) {}

  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key) const override {
    return codec_.typed(rows_.newest(encoded(key)), topic_);
  }
  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key, Timestamp as_of) const override {
    return codec_.typed(rows_.at(encoded(key), as_of), topic_);
  }
  void all(const Visitor& visit) const override { rows_.all(codec_.typed(visit, topic_)); }

 private:
  [[nodiscard]] Bytes encoded(const K& key) const {
    Bytes bytes;
    codec_.keys.encode(key, {topic_, true}, bytes);
    return bytes;
  }

  VersionedReader rows_;
  VersionCodec<K, V> codec_;
  std::string topic_;
};

}  // namespace detail

/// The versioned store of a task, over an engine that keeps bytes. It has no record cache, as in Java.
///
/// State    what was put waits in memory for commit(); reads see it.
/// Threads  the owning stream thread; others through reader().
/// Errors   as TypedKeyValueStore.
template <class K, class V>
class TypedVersionedStore final : public detail::VersionedTable,
                                  public VersionedKeyValueStore<K, V>,
                                  public QueryableVersionedKeyValueStore<K, V> {
 public:
  using Visitor = typename ReadOnlyVersionedKeyValueStore<K, V>::Visitor;

  TypedVersionedStore(detail::VersionedOptions options, Serde<K> keys, Serde<V> values)
      : VersionedTable(std::move(options)), codec_{std::move(keys), std::move(values)} {}

  // What processors of the DSL use. A found value lives until the next find().

  /// The newest value.
  [[nodiscard]] StoredValue<V> find(const K& key) { return found(newest(encoded(key))); }
  /// The value that was valid at `as_of`.
  [[nodiscard]] StoredValue<V> find(const K& key, Timestamp as_of) { return found(at(encoded(key), as_of)); }

  // VersionedKeyValueStore: what processors of users see.

  using VersionedKeyValueStore<K, V>::put;

  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key) const override {
    return codec_.typed(newest(encoded(key)), topic());
  }
  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key, Timestamp as_of) const override {
    return codec_.typed(at(encoded(key), as_of), topic());
  }
  void all(const Visitor& visit) const override { VersionedTable::all(codec_.typed(visit, topic())); }
  std::int64_t put(const K& key, Nullable<V> value, Timestamp timestamp) override {
    if (!value) return putVersion(encoded(key), std::nullopt, timestamp);
    value_buffer_.clear();
    codec_.values.encode(*value, {topic(), false}, value_buffer_);
    return putVersion(encoded(key), BytesView{value_buffer_}, timestamp);
  }
  std::optional<VersionedRecord<V>> erase(const K& key, Timestamp timestamp) override {
    return codec_.typed(eraseVersion(encoded(key), timestamp), topic());
  }

  [[nodiscard]] std::shared_ptr<const ReadOnlyVersionedKeyValueStore<K, V>> reader() const override {
    return detail::makeShared<const ReadOnlyVersionedKeyValueStore<K, V>, detail::TypedVersionedReader<K, V>>(
        versionedReader(), codec_, topic());
  }
  [[nodiscard]] std::unique_ptr<StateStore> readOnlyView() const override {
    return std::make_unique<detail::VersionedView<K, V>>(name(), persistent(), reader());
  }

 private:
  /// Valid until the next call.
  [[nodiscard]] BytesView encoded(const K& key) const {
    key_buffer_.clear();
    codec_.keys.encode(key, {topic(), true}, key_buffer_);
    return key_buffer_;
  }
  [[nodiscard]] StoredValue<V> found(const std::optional<detail::VersionBytes>& version) {
    if (!version) return {};
    codec_.values.decode(version->value, {topic(), false}, found_);
    return {Nullable<V>{*found_}, version->timestamp};
  }

  detail::VersionCodec<K, V> codec_;
  mutable Bytes key_buffer_;  // of the owning thread, like those below
  Bytes value_buffer_;
  std::optional<V> found_;
};

}  // namespace widgetstream
