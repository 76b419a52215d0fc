#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "widgetstream/dsl/materialized.hpp"
#include "widgetstream/dsl/operators/table_state.hpp"
#include "widgetstream/dsl/streams_graph.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/versioned_store_builders.hpp"

namespace widgetstream::detail {

/// The store with the cache and the changelog that were asked for.
[[nodiscard]] StoreBuilder surroundedAs(const MaterializedOptions& how, StoreBuilder made);
/// The store's name; uses up a number when the user gave none. Fills in where stores are kept.
[[nodiscard]] std::string settleStore(MaterializedOptions& how, StreamsGraph& graph, std::string_view prefix);

/// A Materialized with everything it leaves open filled in.
template <class K, class V, class Supplier = KeyValueStoreSupplier>
struct StoreChoice {
  std::string name;
  bool named_by_user = false;
  MaterializedFor<K, V, Supplier> how;

  /// Uses up a number when the user gave no name.
  StoreChoice(MaterializedFor<K, V, Supplier> materialized, StreamsGraph& graph, std::string_view prefix)
      : named_by_user(!materialized.name.empty()), how(std::move(materialized)) {
    name = settleStore(how, graph, prefix);
  }

  /// Fills in serdes that the stream knows.
  StoreChoice& orSerdes(const Serde<K>& key_serde, const Serde<V>& value_serde) {
    if (!how.key_serde) how.key_serde = key_serde;
    if (!how.value_serde) how.value_serde = value_serde;
    return *this;
  }

  [[nodiscard]] bool versioned() const noexcept { return how.versioned.has_value(); }

  [[nodiscard]] StoreBuilder builder() const requires std::same_as<Supplier, KeyValueStoreSupplier> {
    if (!versioned()) {
      KeyValueStoreSupplier supplier = how.supplier ? *how.supplier : how.dsl_store_suppliers->key_value_store(name);
      supplier.name = name;
      return surrounded(timestampedKeyValueStoreBuilder<K, V>(std::move(supplier), keySerde(), valueSerde()));
    }
    VersionedKeyValueStoreSupplier supplier = *how.versioned;
    supplier.name = name;
    StoreBuilder made = surrounded(versionedKeyValueStoreBuilder<K, V>(std::move(supplier), keySerde(), valueSerde()));
    return made.withCachingDisabled();
  }

  /// Errors  Error{invalid_topology} when there is none.
  [[nodiscard]] Serde<K> keySerde() const { return orDefault(how.key_serde, name); }
  [[nodiscard]] Serde<V> valueSerde() const { return orDefault(how.value_serde, name); }
  /// With the cache and the changelog that were asked for.
  [[nodiscard]] StoreBuilder surrounded(StoreBuilder made) const { return surroundedAs(how, std::move(made)); }
};

/// Adds a store to a node and connects it to the node's processor, which is the last of what it becomes.
void attachStore(DslNode& node, StoreBuilder store);

/// The state of a table that reads a stream or topic: it has its store at once if the user named it, else when another
/// node asks for its rows. `node` is in the graph already.
template <class K, class V>
void keepRowsWhenNeeded(TableState& state, DslNode& node, const StoreChoice<K, V>& choice) {
  state.get_store = [&node, choice] {
    attachStore(node, choice.builder());
    return choice.name;
  };
  node.output_versioned = choice.versioned();
  state.queryable = choice.named_by_user;
  if (choice.named_by_user) state.materialize();
}

}  // namespace widgetstream::detail
