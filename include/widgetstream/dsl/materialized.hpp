#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

/// How a table or aggregate is kept: store name, serdes, cache, changelog.
///
/// A name makes the store queryable. Default: RocksDB, cached and logged, under a generated name.
template <class KS = NoSerde, class VS = NoSerde>
class BasicMaterialized {
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
  [[nodiscard]] static BasicMaterialized as(KeyValueStoreSupplier store) {
    BasicMaterialized made;
    made.name = store.name;
    made.supplier = std::move(store);
    return made;
  }
  template <class KS2, class VS2>
  [[nodiscard]] static BasicMaterialized<KS2, VS2> with(KS2 key_serde, VS2 value_serde) {
    return {std::move(key_serde), std::move(value_serde)};
  }

  template <class KS2>
  [[nodiscard]] BasicMaterialized<KS2, VS> withKeySerde(KS2 to) const {
    return BasicMaterialized<KS2, VS>{std::move(to), value_serde}.like(*this);
  }
  template <class VS2>
  [[nodiscard]] BasicMaterialized<KS, VS2> withValueSerde(VS2 to) const {
    return BasicMaterialized<KS, VS2>{key_serde, std::move(to)}.like(*this);
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

  template <class KS2, class VS2>
  [[nodiscard]] BasicMaterialized like(const BasicMaterialized<KS2, VS2>& other) && {
    name = other.name;
    supplier = other.supplier;
    caching = other.caching;
    logging = other.logging;
    log_config = other.log_config;
    return std::move(*this);
  }

  KS key_serde;
  VS value_serde;
  std::string name;
  std::optional<KeyValueStoreSupplier> supplier;
  bool caching = true;
  bool logging = true;
  std::map<std::string, std::string> log_config;

 private:
  BasicMaterialized withCaching(bool on) const {
    BasicMaterialized copy = *this;
    copy.caching = on;
    return copy;
  }
};

using Materialized = BasicMaterialized<>;

/// A Materialized whose serdes fit K and V.
template <class K, class V>
struct MaterializedFor {
  MaterializedFor() = default;
  template <class KS, class VS>
  MaterializedFor(BasicMaterialized<KS, VS> from)  // NOLINT(google-explicit-constructor): the user writes Materialized
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        name(std::move(from.name)),
        supplier(std::move(from.supplier)),
        caching(from.caching),
        logging(from.logging),
        log_config(std::move(from.log_config)) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  std::string name;
  std::optional<KeyValueStoreSupplier> supplier;
  bool caching = true;
  bool logging = true;
  std::map<std::string, std::string> log_config;
};

}  // namespace widgetstream
