#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/streams_graph.hpp"
#include "widgetstream/topology/typed_nodes.hpp"

namespace widgetstream::detail {

/// Names of source nodes: a set whose parts are compiled once.
struct SourceNames : std::set<std::string> {
  SourceNames();
  SourceNames(std::initializer_list<std::string> names);
  SourceNames(const SourceNames&);
  SourceNames(SourceNames&&) noexcept;
  SourceNames& operator=(const SourceNames&);
  SourceNames& operator=(SourceNames&&) noexcept;
  ~SourceNames();

  void add(const std::string& name);
  void add(const SourceNames& others);
};

/// What every stream, table and grouping is made of: a place in the graph, and the serdes known there.
template <class K, class V>
struct StreamPart {
  std::shared_ptr<StreamsGraph> graph;
  DslNode* node = nullptr;
  /// The sources above it within its sub-topology.
  SourceNames sources;
  /// True when the key may have changed since the last topic.
  bool needs_repartition = false;
  Serde<K> key_serde;
  Serde<V> value_serde;
};

/// `<name><suffix>`, or a generated name. Uses up a number in both cases.
[[nodiscard]] std::string suffixedNameOr(StreamsGraph& graph, const Named& name, std::string_view suffix,
                                         std::string_view prefix);

/// A graph node made of one processor.
[[nodiscard]] DslNode processorDslNode(const std::string& name, AnyProcessorSupplier supplier, RecordTypes takes,
                                       RecordTypes emits);
template <class KIn, class VIn, class KOut, class VOut, class S>
[[nodiscard]] DslNode processorPart(const std::string& name, S supplier) {
  return processorDslNode(name, anySupplier(std::move(supplier)), recordTypes<KIn, VIn>(), recordTypes<KOut, VOut>());
}

/// The serde as it was given, without its type; null where the default one is meant.
template <class T>
[[nodiscard]] std::shared_ptr<const void> anySerde(const Serde<T>& serde) {
  return serde ? std::make_shared<const Serde<T>>(serde) : nullptr;
}
template <class T>
[[nodiscard]] Serde<T> typedSerde(const void* serde) {
  return serde ? *static_cast<const Serde<T>*>(serde) : Serde<T>{};
}

/// Filter, sink and source of a repartition topic (contract 1.3).
[[nodiscard]] DslNode repartitionDslNode(const RepartitionNames& names, RecordTypes types, MakeEncoder encoder,
                                         MakeDecoder decoder, AnyPartitioner partitioner,
                                         std::optional<std::int32_t> partitions);
template <class K, class V>
[[nodiscard]] DslNode repartitionNodes(const RepartitionNames& names, const Serde<K>& key_serde,
                                       const Serde<V>& value_serde, AnyPartitioner partitioner,
                                       std::optional<std::int32_t> partitions) {
  return repartitionDslNode(names, recordTypes<K, V>(), makeEncoder<K, V>(key_serde, value_serde, names.sink),
                            makeDecoder<K, V>(key_serde, value_serde, names.source), std::move(partitioner),
                            partitions);
}

/// A repartition topic that the user asked for: it stays as it is.
template <class K, class V>
[[nodiscard]] DslNode explicitRepartitionPart(const RepartitionNames& names, const Serde<K>& key_serde,
                                              const Serde<V>& value_serde, AnyPartitioner partitioner,
                                              std::optional<std::int32_t> partitions) {
  return repartitionNodes<K, V>(names, key_serde, value_serde, std::move(partitioner), partitions);
}

/// A repartition topic that an operator needs: it may be merged with others (contract 1.10).
template <class K, class V>
[[nodiscard]] DslNode repartitionPart(const RepartitionNames& names, const Serde<K>& key_serde,
                                      const Serde<V>& value_serde) {
  MergeableRepartition mergeable{recordTypes<K, V>(), anySerde(key_serde), anySerde(value_serde),
                                 [](const RepartitionNames& merged, const void* key, const void* value) {
                                   return repartitionNodes<K, V>(merged, typedSerde<K>(key), typedSerde<V>(value), {},
                                                                 {});
                                 }};
  DslNode node = repartitionNodes<K, V>(names, key_serde, value_serde, {}, {});
  node.mergeable_repartition = std::move(mergeable);
  return node;
}

}  // namespace widgetstream::detail
