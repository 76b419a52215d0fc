#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {

/// A key-value store of text to numbers, plain or timestamped: what both promise can be said once.
class AnyStore {
 public:
  using Entries = std::vector<std::pair<std::string, std::int64_t>>;
  using Bound = std::optional<std::string>;

  virtual ~AnyStore() = default;
  [[nodiscard]] virtual StateStore& state() = 0;
  virtual void put(const std::string& key, std::int64_t value, std::int64_t at = 1) = 0;
  virtual std::optional<std::int64_t> putIfAbsent(const std::string& key, std::int64_t value) = 0;
  virtual std::optional<std::int64_t> erase(const std::string& key) = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> get(const std::string& key) const = 0;
  [[nodiscard]] virtual Entries range(Bound first, Bound last, bool reverse = false) const = 0;
  [[nodiscard]] virtual Entries prefix(const std::string& prefix, const std::string& after = {}) const = 0;
  [[nodiscard]] virtual std::uint64_t count() const = 0;
  [[nodiscard]] virtual bool caching() const = 0;
  /// The same reads, as other threads do them.
  [[nodiscard]] virtual std::unique_ptr<AnyStore> asReader() const = 0;

  [[nodiscard]] Entries all() const { return range({}, {}); }
};

template <class Stored>
class AnyStoreOf final : public AnyStore {
 public:
  using Store = TypedKeyValueStore<std::string, Stored>;
  using Reads = ReadOnlyKeyValueStore<std::string, Stored>;

  explicit AnyStoreOf(std::unique_ptr<StateStore> state)
      : owned_(std::move(state)), store_(dynamic_cast<Store*>(owned_.get())), reads_(store_) {}
  explicit AnyStoreOf(std::shared_ptr<const Reads> reader) : reader_(std::move(reader)), reads_(reader_.get()) {}

  [[nodiscard]] StateStore& state() override { return *owned_; }
  [[nodiscard]] Store& typed() { return *store_; }
  void put(const std::string& key, std::int64_t value, std::int64_t at) override { store_->put(key, made(value, at)); }
  std::optional<std::int64_t> putIfAbsent(const std::string& key, std::int64_t value) override {
    return bare(store_->putIfAbsent(key, made(value, 1)));
  }
  std::optional<std::int64_t> erase(const std::string& key) override { return bare(store_->erase(key)); }
  [[nodiscard]] std::optional<std::int64_t> get(const std::string& key) const override {
    return bare(reads_->get(key));
  }
  [[nodiscard]] Entries range(Bound first, Bound last, bool reverse) const override {
    Entries found;
    const Nullable<std::string> from{first ? &*first : nullptr};
    const Nullable<std::string> to{last ? &*last : nullptr};
    if (reverse) {
      reads_->reverseRange(from, to, into(found));
    } else {
      reads_->range(from, to, into(found));
    }
    return found;
  }
  [[nodiscard]] Entries prefix(const std::string& prefix, const std::string& after) const override {
    Entries found;
    reads_->prefixScan(prefix, into(found), after);
    return found;
  }
  [[nodiscard]] std::uint64_t count() const override { return reads_->approximateNumEntries(); }
  [[nodiscard]] bool caching() const override { return store_->caching(); }
  [[nodiscard]] std::unique_ptr<AnyStore> asReader() const override {
    return std::make_unique<AnyStoreOf>(store_->reader());
  }

 private:
  static constexpr bool timestamped = detail::StoredTraits<Stored>::timestamped;

  static Stored made(std::int64_t value, std::int64_t at) {
    if constexpr (timestamped) {
      return {value, fromMillis(at)};
    } else {
      static_cast<void>(at);
      return value;
    }
  }
  static std::optional<std::int64_t> bare(const std::optional<Stored>& stored) {
    if (!stored) return std::nullopt;
    return detail::StoredTraits<Stored>::value(*stored);
  }
  static typename Reads::Visitor into(Entries& found) {
    return [&found](const std::string& key, const Stored& stored) {
      found.emplace_back(key, detail::StoredTraits<Stored>::value(stored));
      return true;
    };
  }

  std::unique_ptr<StateStore> owned_;
  std::shared_ptr<const Reads> reader_;
  Store* store_ = nullptr;
  const Reads* reads_ = nullptr;
};

struct StoreCase {
  bool persistent = true;
  bool caching = false;
  bool timestamped = true;
};

[[nodiscard]] inline std::string nameOf(const StoreCase& of) {
  return std::string{of.persistent ? "rocksdb" : "memory"} + (of.caching ? "_cached" : "_direct") +
         (of.timestamped ? "_timestamped" : "_plain");
}

[[nodiscard]] inline std::vector<StoreCase> allStoreCases() {
  std::vector<StoreCase> cases;
  for (const bool persistent : {true, false}) {
    for (const bool caching : {true, false}) {
      for (const bool timestamped : {true, false}) cases.push_back({persistent, caching, timestamped});
    }
  }
  return cases;
}

[[nodiscard]] inline std::unique_ptr<AnyStore> makeStore(const StoreCase& of) {
  auto supplier = of.persistent ? persistentKeyValueStore("counts") : inMemoryKeyValueStore("counts");
  auto builder = of.timestamped ? timestampedKeyValueStoreBuilder<std::string, std::int64_t>(std::move(supplier))
                                : keyValueStoreBuilder<std::string, std::int64_t>(std::move(supplier));
  if (of.caching) builder.withCachingEnabled();
  auto state = builder.make(builder);
  if (of.timestamped) return std::make_unique<AnyStoreOf<ValueAndTimestamp<std::int64_t>>>(std::move(state));
  return std::make_unique<AnyStoreOf<std::int64_t>>(std::move(state));
}

}  // namespace widgetstream
