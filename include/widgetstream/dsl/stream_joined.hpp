#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/serde_choice.hpp"
#include "widgetstream/state/dsl_store_suppliers.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {

/// How two streams are joined: names, serdes and stores. The name is that of the nodes and of repartition topics, should
/// they be needed; the store name that of the stores and their changelogs.
template <class KS = NoSerde, class VS = NoSerde, class OS = NoSerde>
class BasicStreamJoined {
 public:
  BasicStreamJoined() = default;
  BasicStreamJoined(KS keys, VS values, OS other_values)
      : key_serde(std::move(keys)), value_serde(std::move(values)), other_value_serde(std::move(other_values)) {}

  /// Names the stores, as in Java; withName() names the nodes.
  [[nodiscard]] static BasicStreamJoined as(std::string store_name) {
    return BasicStreamJoined{}.withStoreName(std::move(store_name));
  }
  template <class KS2, class VS2, class OS2>
  [[nodiscard]] static BasicStreamJoined<KS2, VS2, OS2> with(KS2 key_serde, VS2 value_serde, OS2 other_value_serde) {
    return {std::move(key_serde), std::move(value_serde), std::move(other_value_serde)};
  }
  /// Stores of one's own: they must keep duplicates, and have the size and retention of the JoinWindows.
  [[nodiscard]] static BasicStreamJoined with(WindowStoreSupplier this_store, WindowStoreSupplier other_store) {
    return BasicStreamJoined{}.withThisStoreSupplier(std::move(this_store)).withOtherStoreSupplier(std::move(other_store));
  }

  /// Where the join keeps its records, unless stores of one's own are given.
  [[nodiscard]] static BasicStreamJoined with(DslStoreSuppliers suppliers) {
    return BasicStreamJoined{}.withDslStoreSuppliers(std::move(suppliers));
  }

  [[nodiscard]] BasicStreamJoined withName(std::string to) const {
    return changed([&](BasicStreamJoined& copy) { copy.name = Named::as(std::move(to)).name(); });
  }
  [[nodiscard]] BasicStreamJoined withStoreName(std::string to) const {
    checkName(to, "store");
    return changed([&](BasicStreamJoined& copy) { copy.store_name = std::move(to); });
  }
  template <class KS2>
  [[nodiscard]] BasicStreamJoined<KS2, VS, OS> withKeySerde(KS2 to) const {
    return BasicStreamJoined<KS2, VS, OS>{std::move(to), value_serde, other_value_serde}.like(*this);
  }
  template <class VS2>
  [[nodiscard]] BasicStreamJoined<KS, VS2, OS> withValueSerde(VS2 to) const {
    return BasicStreamJoined<KS, VS2, OS>{key_serde, std::move(to), other_value_serde}.like(*this);
  }
  template <class OS2>
  [[nodiscard]] BasicStreamJoined<KS, VS, OS2> withOtherValueSerde(OS2 to) const {
    return BasicStreamJoined<KS, VS, OS2>{key_serde, value_serde, std::move(to)}.like(*this);
  }
  [[nodiscard]] BasicStreamJoined withThisStoreSupplier(WindowStoreSupplier to) const {
    return changed([&](BasicStreamJoined& copy) { copy.this_store = std::move(to); });
  }
  [[nodiscard]] BasicStreamJoined withOtherStoreSupplier(WindowStoreSupplier to) const {
    return changed([&](BasicStreamJoined& copy) { copy.other_store = std::move(to); });
  }
  /// In which kind of stores to keep what no supplier is given for: DslStoreSuppliers::inMemory() and its like.
  [[nodiscard]] BasicStreamJoined withDslStoreSuppliers(DslStoreSuppliers to) const {
    return changed([&](BasicStreamJoined& copy) { copy.dsl_store_suppliers = std::move(to); });
  }
  /// `config` goes to the changelog topics, above the defaults. As in Java it does not reach a store of one's own.
  [[nodiscard]] BasicStreamJoined withLoggingEnabled(std::map<std::string, std::string> config) const {
    return changed([&](BasicStreamJoined& copy) {
      copy.logging = true;
      copy.log_config = std::move(config);
    });
  }
  /// No changelog topics: what waits for a partner is gone with its directory.
  [[nodiscard]] BasicStreamJoined withLoggingDisabled() const {
    return changed([](BasicStreamJoined& copy) {
      copy.logging = false;
      copy.log_config.clear();
    });
  }

  template <class KS2, class VS2, class OS2>
  [[nodiscard]] BasicStreamJoined like(const BasicStreamJoined<KS2, VS2, OS2>& other) && {
    name = other.name;
    store_name = other.store_name;
    this_store = other.this_store;
    other_store = other.other_store;
    logging = other.logging;
    log_config = other.log_config;
    dsl_store_suppliers = other.dsl_store_suppliers;
    return std::move(*this);
  }

  KS key_serde;
  VS value_serde;
  OS other_value_serde;
  std::string name;
  std::string store_name;
  std::optional<WindowStoreSupplier> this_store;
  std::optional<WindowStoreSupplier> other_store;
  bool logging = true;
  std::map<std::string, std::string> log_config;
  std::optional<DslStoreSuppliers> dsl_store_suppliers;

 private:
  template <class F>
  BasicStreamJoined changed(F change) const {
    BasicStreamJoined copy = *this;
    change(copy);
    return copy;
  }
};

using StreamJoined = BasicStreamJoined<>;

/// A StreamJoined whose serdes fit K, V and VO.
template <class K, class V, class VO>
struct StreamJoinedFor {
  StreamJoinedFor() = default;
  template <class KS, class VS, class OS>
  StreamJoinedFor(BasicStreamJoined<KS, VS, OS> from)  // NOLINT(google-explicit-constructor): the user writes StreamJoined
      : key_serde(detail::chosen<K>(std::move(from.key_serde))),
        value_serde(detail::chosen<V>(std::move(from.value_serde))),
        other_value_serde(detail::chosen<VO>(std::move(from.other_value_serde))),
        name(std::move(from.name)),
        store_name(std::move(from.store_name)),
        this_store(std::move(from.this_store)),
        other_store(std::move(from.other_store)),
        logging(from.logging),
        log_config(std::move(from.log_config)),
        dsl_store_suppliers(std::move(from.dsl_store_suppliers)) {}

  Serde<K> key_serde;
  Serde<V> value_serde;
  Serde<VO> other_value_serde;
  std::string name;
  std::string store_name;
  std::optional<WindowStoreSupplier> this_store;
  std::optional<WindowStoreSupplier> other_store;
  bool logging = true;
  std::map<std::string, std::string> log_config;
  std::optional<DslStoreSuppliers> dsl_store_suppliers;
};

}  // namespace widgetstream
