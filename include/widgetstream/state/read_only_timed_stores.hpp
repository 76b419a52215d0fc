#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/state/read_only_store.hpp"
#include "widgetstream/state/session_store.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"
#include "widgetstream/state/window_store.hpp"

/// ReadOnlyStore of the kinds that keep rows by time.
namespace widgetstream::detail {

template <class K, class V>
class WindowView final : public ReadOnlyStore, public ReadOnlyWindowStore<K, V> {
 public:
  using Reads = ReadOnlyWindowStore<K, V>;
  using KeyVisitor = typename Reads::KeyVisitor;
  using Visitor = typename Reads::Visitor;

  WindowView(std::string name, bool persistent, std::shared_ptr<const Reads> reader)
      : ReadOnlyStore(std::move(name), persistent), reader_(std::move(reader)) {}

  [[nodiscard]] std::optional<V> fetch(const K& key, Timestamp start) const override {
    return reading([&] { return reader_->fetch(key, start); });
  }
  void fetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->fetch(key, from, to, guarded); });
  }
  void backwardFetch(const K& key, Timestamp from, Timestamp to, const KeyVisitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->backwardFetch(key, from, to, guarded); });
  }
  void fetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to, const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->fetch(first, last, from, to, guarded); });
  }
  void backwardFetch(Nullable<K> first, Nullable<K> last, Timestamp from, Timestamp to,
                     const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->backwardFetch(first, last, from, to, guarded); });
  }

 private:
  std::shared_ptr<const Reads> reader_;
};

template <class K, class V>
class SessionView final : public ReadOnlyStore, public ReadOnlySessionStore<K, V> {
 public:
  using Reads = ReadOnlySessionStore<K, V>;
  using Visitor = typename Reads::Visitor;

  SessionView(std::string name, bool persistent, std::shared_ptr<const Reads> reader)
      : ReadOnlyStore(std::move(name), persistent), reader_(std::move(reader)) {}

  [[nodiscard]] std::optional<V> fetchSession(const K& key, Timestamp start, Timestamp end) const override {
    return reading([&] { return reader_->fetchSession(key, start, end); });
  }
  void findSessions(const K& key, Timestamp earliest_end, Timestamp latest_start, const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->findSessions(key, earliest_end, latest_start, guarded); });
  }
  void backwardFindSessions(const K& key, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    walking(visit,
            [&](const auto& guarded) { reader_->backwardFindSessions(key, earliest_end, latest_start, guarded); });
  }
  void findSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                    const Visitor& visit) const override {
    walking(visit,
            [&](const auto& guarded) { reader_->findSessions(first, last, earliest_end, latest_start, guarded); });
  }
  void backwardFindSessions(Nullable<K> first, Nullable<K> last, Timestamp earliest_end, Timestamp latest_start,
                            const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) {
      reader_->backwardFindSessions(first, last, earliest_end, latest_start, guarded);
    });
  }
  void findSessions(Timestamp earliest_end, Timestamp latest_end, const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->findSessions(earliest_end, latest_end, guarded); });
  }

 private:
  std::shared_ptr<const Reads> reader_;
};

template <class K, class V>
class VersionedView final : public ReadOnlyStore, public ReadOnlyVersionedKeyValueStore<K, V> {
 public:
  using Reads = ReadOnlyVersionedKeyValueStore<K, V>;
  using Visitor = typename Reads::Visitor;

  VersionedView(std::string name, bool persistent, std::shared_ptr<const Reads> reader)
      : ReadOnlyStore(std::move(name), persistent), reader_(std::move(reader)) {}

  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key) const override {
    return reading([&] { return reader_->get(key); });
  }
  [[nodiscard]] std::optional<VersionedRecord<V>> get(const K& key, Timestamp as_of) const override {
    return reading([&] { return reader_->get(key, as_of); });
  }
  void all(const Visitor& visit) const override {
    walking(visit, [&](const auto& guarded) { reader_->all(guarded); });
  }

 private:
  std::shared_ptr<const Reads> reader_;
};

}  // namespace widgetstream::detail
