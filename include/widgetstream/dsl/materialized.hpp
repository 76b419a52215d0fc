#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"
#include "widgetstream/state/dsl_store_suppliers.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

namespace detail {

/// What a Materialized says that needs no types.
struct MaterializedOptions {
  MaterializedOptions();
  MaterializedOptions(const MaterializedOptions&);
  MaterializedOptions(MaterializedOptions&&) noexcept;
  MaterializedOptions& operator=(const MaterializedOptions&);
  MaterializedOptions& operator=(MaterializedOptions&&) noexcept;
  ~MaterializedOptions();

  std::string name;
  bool caching = true;
  bool logging = true;
  std::map<std::string, std::string> log_config;
  std::optional<Milliseconds> retention;
  std::optional<DslStoreSuppliers> dsl_store_suppliers;
};

/// Errors  Error{invalid_topology} for a negative one.
[[nodiscard]] Milliseconds checkedRetention(Milliseconds at_least);

}  // namespace detail

/// Stands where a Materialized was given no store of its own: then it fits every kind.
struct AnyStore {};

/// How a table or aggregate is kept: store name, serdes, cache, changelog, and for windows how long.
///
/// A name makes the store queryable. Default: RocksDB, cached and logged, under a generated name. `Supplier` is the kind
/// of store it was given, which must be the kind that the operator keeps.
template <class KS = NoSerde, class VS = NoSerde, class Supplier = AnyStore>
class BasicMaterialized : public detail::MaterializedOptions {
 public:
  BasicMaterialized() = default;
  BasicMaterialized(KS keys, VS values)
      : key_serde(std::move(keys)), value_serde(std::move(values)) {}

  [[nodiscard]] static BasicMaterialized as(std::string store) {
    checkName(store, "store");
    BasicMaterialized made;
    made.name = std::move(store);
    return made;
  }
  /// A store of one's own choice, by what makes it: persistentKeyValueStore(), inMemoryWindowStore() and their like.
  template <class S>
  requires requires(S given) { given.open; }
  [[nodiscard]] static BasicMaterialized<KS, VS, S> as(S store) {
    BasicMaterialized<KS, VS, S> made;
    made.name = store.name;
    made.supplier = std::move(store);
    return made;
  }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicMaterialized<KS2, VS2, Supplier> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }

  template <class KS2>
  [[nodiscard]] BasicMaterialized<KS2, VS, Supplier> withKeySerde(KS2 to) const {
    return BasicMaterialized<KS2, VS, Supplier>{std::move(to), value_serde}.like(*this);
  }
  template <class VS2>
  [[nodiscard]] BasicMaterialized<KS, VS2, Supplier> withValueSerde(VS2 to) const {
    return BasicMaterialized<KS, VS2, Supplier>{key_serde, std::move(to)}.like(*this);
  }
  [[nodiscard]] BasicMaterialized withCachingEnabled() const { return withCaching(true); }
  /// Each update is logged and forwarded, not only the last one of a commit interval.
  [[nodiscard]] BasicMaterialized withCachingDisabled() const { return withCaching(false); }
  /// `config` goes to the changelog topic, above the defaults.
  [[nodiscard]] BasicMaterialized withLoggingEnabled(std::map<std::string, std::string> config = {}) const {
    BasicMaterialized copy = *this;
    copy.logging = true;
    copy.log_config = std::move(config);
    return copy;
  }
  /// No changelog topic: the store is gone with its directory.
  [[nodiscard]] BasicMaterialized withLoggingDisabled() const {
    BasicMaterialized copy = *this;
    copy.logging = false;
    copy.log_config.clear();
    return copy;
  }
  /// Where the store keeps its rows, whatever its kind: `DslStoreSuppliers::inMemory()`. A supplier named above goes first;
  /// default: that of the builder's TopologyConfig.
  [[nodiscard]] BasicMaterialized withStoreType(DslStoreSuppliers suppliers) const {
    BasicMaterialized copy = *this;
    copy.dsl_store_suppliers = std::move(suppliers);
    return copy;
  }
  /// How long windows and sessions are kept, by the newest time seen; at least until they take no more records, which is
  /// the default. Other stores, and suppliers, which have theirs, ignore it.
  /// Errors  Error{invalid_topology} for a negative one.
  [[nodiscard]] BasicMaterialized withRetention(Milliseconds at_least) const {
    BasicMaterialized copy = *this;
    copy.retention = detail::checkedRetention(at_least);
    return copy;
  }

  template <class KS2, class VS2>
  [[nodiscard]] BasicMaterialized like(const BasicMaterialized<KS2, VS2, Supplier>& other) && {
    static_cast<detail::MaterializedOptions&>(*this) = other;
    supplier = other.supplier;
    return std::move(*this);
  }

  KS key_serde;
  VS value_serde;
  Supplier supplier;

 private:
  BasicMaterialized withCaching(bool on) const {
    BasicMaterialized copy = *this;
    copy.caching = on;
    return copy;
  }
};

using Materialized = BasicMaterialized<>;

/// A Materialized whose serdes fit K and V, and whose store, if one was given, is of the kind `Supplier`.
template <class K, class V, class Supplier = KeyValueStoreSupplier>
struct MaterializedFor : detail::MaterializedOptions {
  MaterializedFor() = default;
  template <class KS, class VS, class S>
  MaterializedFor(  // NOLINT(google-explicit-constructor): the user writes Materialized
      BasicMaterialized<KS, VS, S> from)
      : detail::MaterializedOptions(static_cast<detail::MaterializedOptions&&>(from)),
        key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))) {
    static_assert(std::same_as<S, AnyStore> || std::same_as<S, Supplier> || is_versioned<S>,
                  "this store (S) is not of the kind that the operator keeps (Supplier)");
    if constexpr (std::same_as<S, Supplier>) {
      supplier = std::move(from.supplier);
    } else if constexpr (is_versioned<S>) {
      versioned = std::move(from.supplier);
    }
  }

  Serde<K> key_serde;
  Serde<V> value_serde;
  std::optional<Supplier> supplier;
  /// Where keys and values are kept, versions of them may be kept too.
  std::optional<VersionedKeyValueStoreSupplier> versioned;

 private:
  template <class S>
  static constexpr bool is_versioned =
      std::same_as<S, VersionedKeyValueStoreSupplier> && std::same_as<Supplier, KeyValueStoreSupplier>;
};

}  // namespace widgetstream
