#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/runtime/local_stores.hpp"
#include "widgetstream/state/session_store.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"
#include "widgetstream/state/window_store.hpp"

namespace widgetstream::detail {

/// The partitions of a store as readers, for one call. `Queryable` is the interface they are asked through.
template <class Reads, class Queryable>
class LocalReaders {
 public:
  LocalReaders(std::shared_ptr<const LocalStores> stores, std::optional<std::int32_t> partition)
      : stores_(std::move(stores)), partition_(partition) {}

  [[nodiscard]] std::vector<std::shared_ptr<const Reads>> all() const {
    std::vector<std::shared_ptr<const Reads>> found;
    stores_->visit(partition_, [&](std::int32_t, StateStore& store) {
      const auto* typed = dynamic_cast<const Queryable*>(&store);
      if (!typed) throwWrongQueryTypes(stores_->name(), typeid(Reads));
      found.push_back(typed->reader());
    });
    return found;
  }
  /// The first value that a partition has.
  template <class Read>
  [[nodiscard]] auto first(const Read& read) const -> decltype(read(std::declval<const Reads&>())) {
    for (const auto& reader : all()) {
      if (auto value = read(*reader)) return value;
    }
    return std::nullopt;
  }
  /// Walks over one partition after the other. A visitor that ends the walk ends it for those behind it too.
  template <class Visitor, class Walk>
  void each(const Visitor& visit, const Walk& walk) const {
    bool more = true;
    const Visitor counted = [&](const auto& key, const auto& value) { return more = visit(key, value); };
    for (const auto& reader : all()) {
      if (more) walk(*reader, counted);
    }
  }

 private:
  std::shared_ptr<const LocalStores> stores_;
  std::optional<std::int32_t> partition_;
};

/// What KafkaStreams::windowStore() hands out.
template <class K, class V>
class LocalWindowStore final : public ReadOnlyWindowStore<K, V> {
 public:
  using Reads = ReadOnlyWindowStore<K, V>;
  using KeyVisitor = typename Reads::KeyVisitor;
  using Visitor = typename Reads::Visitor;

  LocalWindowStore(std::shared_ptr<const LocalStores> stores, std::optional<std::int32_t> partition)
      : readers_(std::move(stores), partition) {}

  [[nodiscard]] std::optional<V> fetch(const K& key, Timestamp start) const override {
    return readers_.first([&](const Reads& reader) { return reader.fetch(key, start); });
  }
  void fetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const KeyVisitor& counted) { reader.fetch(key, from, to, counted); });
  }
  void backwardFetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    readers_.each(
        visit, [&](const Reads& reader, const KeyVisitor& counted) { reader.backwardFetch(key, from, to, counted); });
  }
  void fetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, const Visitor& visit) const override {
    readers_.each(visit,
                  [&](const Reads& reader, const Visitor& counted) { reader.fetch(first, last, from, to, counted); });
  }
  void backwardFetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to,
                     const Visitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const Visitor& counted) {
      reader.backwardFetch(first, last, from, to, counted);
    });
  }

 private:
  LocalReaders<Reads, QueryableWindowStore<K, V>> readers_;
};

/// What KafkaStreams::sessionStore() hands out.
template <class K, class V>
class LocalSessionStore final : public ReadOnlySessionStore<K, V> {
 public:
  using Reads = ReadOnlySessionStore<K, V>;
  using Visitor = typename Reads::Visitor;

  LocalSessionStore(std::shared_ptr<const LocalStores> stores, std::optional<std::int32_t> partition)
      : readers_(std::move(stores), partition) {}

  [[nodiscard]] std::optional<V> fetchSession(const K& key, Timestamp start, Timestamp end) const override {
    return readers_.first([&](const Reads& reader) { return reader.fetchSession(key, start, end); });
  }
  void findSessions(const K& key, Timestamp earliest_end, Timestamp latest_start, const Visitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const Visitor& counted) {
      reader.findSessions(key, earliest_end, latest_start, counted);
    });
  }
  void backwardFindSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const Visitor& counted) {
      reader.backwardFindSessions(key, earliest_end, latest_start, counted);
    });
  }
  void findSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                    const Visitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const Visitor& counted) {
      reader.findSessions(first, last, earliest_end, latest_start, counted);
    });
  }
  void backwardFindSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const Visitor& counted) {
      reader.backwardFindSessions(first, last, earliest_end, latest_start, counted);
    });
  }
  void findSessions(Timestamp earliest_end, Timestamp latest_end, const Visitor& visit) const override {
    readers_.each(visit, [&](const Reads& reader, const Visitor& counted) {
      reader.findSessions(earliest_end, latest_end, counted);
    });
  }

 private:
  LocalReaders<Reads, QueryableSessionStore<K, V>> readers_;
};

/// What KafkaStreams::versionedKeyValueStore() hands out.
template <class K, class V>
class LocalVersionedStore final : public ReadOnlyVersionedKeyValueStore<K, V> {
 public:
  using Reads = ReadOnlyVersionedKeyValueStore<K, V>;
  using Visitor = typename Reads::Visitor;

  LocalVersionedStore(std::shared_ptr<const LocalStores> stores, std::optional<std::int32_t> partition)
      : readers_(std::move(stores), partition) {}

  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key) const override {
    return readers_.first([&](const Reads& reader) { return reader.get(key); });
  }
  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key, Timestamp as_of) const override {
    return readers_.first([&](const Reads& reader) { return reader.get(key, as_of); });
  }
  void all(const Visitor& visit) const override {
    readers_.each(visit, [](const Reads& reader, const Visitor& counted) { reader.all(counted); });
  }

 private:
  LocalReaders<Reads, QueryableVersionedKeyValueStore<K, V>> readers_;
};

}  // namespace widgetstream::detail
