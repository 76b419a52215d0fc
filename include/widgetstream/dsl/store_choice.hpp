#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "widgetstream/dsl/materialized.hpp"
#include "widgetstream/dsl/streams_graph.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream::detail {

/// A Materialized with everything it leaves open filled in.
template <class K, class V>
struct StoreChoice {
  std::string name;
  bool named_by_user = false;
  MaterializedFor<K, V> how;

  /// Uses up a number when the user gave no name.
  StoreChoice(MaterializedFor<K, V> materialized, StreamsGraph& graph, std::string_view prefix)
      : named_by_user(!materialized.name.empty()), how(std::move(materialized)) {
    name = named_by_user ? how.name : graph.newStoreName(prefix);
    checkName(name, "store");
  }

  /// Fills in serdes that the stream knows.
  StoreChoice& orSerdes(const Serde<K>& key_serde, const Serde<V>& value_serde) {
    if (!how.key_serde) how.key_serde = key_serde;
    if (!how.value_serde) how.value_serde = value_serde;
    return *this;
  }

  [[nodiscard]] StoreBuilder builder() const {
    KeyValueStoreSupplier supplier = how.supplier ? *how.supplier : persistentKeyValueStore(name);
    supplier.name = name;
    StoreBuilder made = timestampedKeyValueStoreBuilder<K, V>(std::move(supplier), orDefault(how.key_serde, name),
                                                              orDefault(how.value_serde, name));
    made.caching = how.caching;
    made.logging = how.logging;
    made.log_config = how.log_config;
    return made;
  }
};

}  // namespace widgetstream::detail
