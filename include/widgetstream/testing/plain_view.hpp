#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "widgetstream/state/key_value_store.hpp"

namespace widgetstream::detail {

/// A timestamped store as one of plain values: what Java's test driver gives out under getKeyValueStore().
template <class K, class V>
class PlainView final : public KeyValueStore<K, V> {
 public:
  using Visitor = typename ReadOnlyKeyValueStore<K, V>::Visitor;

  explicit PlainView(TimestampedKeyValueStore<K, V>& store) : store_(store) {}

  [[nodiscard]] std::optional<V> get(const K& key) const override { return plain(store_.get(key)); }
  void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    store_.range(first, last, adapted(visit));
  }
  void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    store_.reverseRange(first, last, adapted(visit));
  }
  void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const override {
    store_.prefixScan(prefix, adapted(visit), after);
  }
  [[nodiscard]] std::uint64_t approximateNumEntries() const override { return store_.approximateNumEntries(); }

  void put(const K& key, const V& value) override { store_.put(key, {value, no_timestamp}); }
  std::optional<V> putIfAbsent(const K& key, const V& value) override {
    return plain(store_.putIfAbsent(key, {value, no_timestamp}));
  }
  void putAll(const std::vector<std::pair<K, V>>& entries) override {
    for (const auto& [key, value] : entries) put(key, value);
  }
  std::optional<V> erase(const K& key) override { return plain(store_.erase(key)); }

 private:
  static std::optional<V> plain(std::optional<ValueAndTimestamp<V>> stored) {
    if (!stored) return std::nullopt;
    return std::move(stored->value);
  }
  static auto adapted(const Visitor& visit) {
    return [&visit](const K& key, const ValueAndTimestamp<V>& stored) { return visit(key, stored.value); };
  }

  TimestampedKeyValueStore<K, V>& store_;
};

}  // namespace widgetstream::detail
