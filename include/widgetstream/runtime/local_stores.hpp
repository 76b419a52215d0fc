#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/state_store.hpp"

namespace widgetstream::detail {

/// The partitions of one store in this process, for queries.
///
/// Threads  any.
class LocalStores {
 public:
  using Visitor = std::function<void(std::int32_t partition, StateStore& store)>;

  virtual ~LocalStores() = default;
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  /// Visits one partition, or all that are here. The stores stay open during the visit only.
  /// Errors  Error{not_available} when one of them is being restored, or none is here.
  virtual void visit(std::optional<std::int32_t> partition, const Visitor& visitor) const = 0;
  /// Visits all that are here, in whatever state; null for one that is being restored.
  using AnyVisitor = std::function<void(std::int32_t partition, StateStore* store)>;
  virtual void visitAll(const AnyVisitor& visitor) const = 0;
};

/// Errors  Error{invalid_argument} naming the store and the types it was asked for.
[[noreturn]] void throwWrongQueryTypes(const std::string& store, const std::type_info& asked);

/// What KafkaStreams::keyValueStore() hands out.
template <class K, class V>
class LocalKeyValueStore final : public ReadOnlyKeyValueStore<K, V> {
 public:
  using Visitor = typename ReadOnlyKeyValueStore<K, V>::Visitor;

  LocalKeyValueStore(std::shared_ptr<const LocalStores> stores, std::optional<std::int32_t> partition)
      : stores_(std::move(stores)), partition_(partition) {}

  [[nodiscard]] std::optional<V> get(const K& key) const override {
    for (const auto& reader : readers()) {
      if (auto value = reader->get(key)) return value;
    }
    return std::nullopt;
  }
  void range(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    each([&](const auto& reader, const Visitor& counted) { reader.range(first, last, counted); }, visit);
  }
  void reverseRange(Nullable<K> first, Nullable<K> last, const Visitor& visit) const override {
    each([&](const auto& reader, const Visitor& counted) { reader.reverseRange(first, last, counted); }, visit);
  }
  void prefixScan(BytesView prefix, const Visitor& visit, BytesView after = {}) const override {
    each([&](const auto& reader, const Visitor& counted) { reader.prefixScan(prefix, counted, after); }, visit);
  }
  [[nodiscard]] std::uint64_t approximateNumEntries() const override {
    std::uint64_t entries = 0;
    for (const auto& reader : readers()) entries += reader->approximateNumEntries();
    return entries;
  }

 private:
  using Reader = ReadOnlyKeyValueStore<K, V>;

  [[nodiscard]] std::vector<std::shared_ptr<const Reader>> readers() const {
    std::vector<std::shared_ptr<const Reader>> found;
    stores_->visit(partition_, [&](std::int32_t, StateStore& store) {
      const auto* typed = dynamic_cast<const QueryableKeyValueStore<K, V>*>(&store);
      if (!typed) throwWrongQueryTypes(stores_->name(), typeid(Reader));
      found.push_back(typed->reader());
    });
    return found;
  }

  /// A visitor that ends the walk ends it for the partitions behind it too.
  template <class Walk>
  void each(const Walk& walk, const Visitor& visit) const {
    bool more = true;
    const Visitor counted = [&](const K& key, const V& value) { return more = visit(key, value); };
    for (const auto& reader : readers()) {
      if (more) walk(*reader, counted);
    }
  }

  std::shared_ptr<const LocalStores> stores_;
  std::optional<std::int32_t> partition_;
};

}  // namespace widgetstream::detail
