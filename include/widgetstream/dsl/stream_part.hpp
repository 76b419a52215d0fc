#pragma once

#include <cstdint>
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

/// What every stream, table and grouping is made of: a place in the graph, and the serdes known there.
template <class K, class V>
struct StreamPart {
  std::shared_ptr<StreamsGraph> graph;
  DslNode* node = nullptr;
  /// The sources above it within its sub-topology.
  std::set<std::string> sources;
  /// True when the key may have changed since the last topic.
  bool needs_repartition = false;
  Serde<K> key_serde;
  Serde<V> value_serde;
};

/// `<name><suffix>`, or a generated name. Uses up a number in both cases.
[[nodiscard]] inline std::string suffixedNameOr(StreamsGraph& graph, const Named& name, std::string_view suffix,
                                                std::string_view prefix) {
  return graph.nameOr(name.name().empty() ? std::string{} : name.name() + std::string{suffix}, prefix);
}

/// A graph node made of one processor, below `parent`.
template <class KIn, class VIn, class KOut, class VOut>
[[nodiscard]] DslNode processorPart(const std::string& name, AnyProcessorSupplier supplier) {
  DslNode node;
  node.name = name;
  node.nodes.push_back(processorNode<KIn, VIn, KOut, VOut>(name, std::move(supplier), {}));
  return node;
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
template <class K, class V>
[[nodiscard]] DslNode repartitionNodes(const RepartitionNames& names, Serde<K> key_serde, Serde<V> value_serde,
                                       AnyPartitioner partitioner, std::optional<std::int32_t> partitions) {
  DslNode node;
  node.name = names.source;
  node.internal_topic = InternalTopic{names.topic, partitions};
  node.filters_null_keys = true;
  node.nodes.push_back(processorNode<K, V, K, V>(names.filter, makeNullKeyFilter, {}));
  node.nodes.push_back(
      sinkNode<K, V>(names.sink, names.topic, key_serde, value_serde, std::move(partitioner), {names.filter}));
  node.nodes.push_back(sourceNode<K, V>(names.source, {names.topic}, std::move(key_serde), std::move(value_serde),
                                        AutoOffsetReset::earliest, {}));
  return node;
}

/// A repartition topic that the user asked for: it stays as it is.
template <class K, class V>
[[nodiscard]] DslNode explicitRepartitionPart(const RepartitionNames& names, Serde<K> key_serde, Serde<V> value_serde,
                                              AnyPartitioner partitioner, std::optional<std::int32_t> partitions) {
  return repartitionNodes<K, V>(names, std::move(key_serde), std::move(value_serde), std::move(partitioner),
                                partitions);
}

/// A repartition topic that an operator needs: it may be merged with others (contract 1.10).
template <class K, class V>
[[nodiscard]] DslNode repartitionPart(const RepartitionNames& names, Serde<K> key_serde, Serde<V> value_serde) {
  MergeableRepartition mergeable{recordTypes<K, V>(), anySerde(key_serde), anySerde(value_serde),
                                 [](const RepartitionNames& merged, const void* key, const void* value) {
                                   return repartitionNodes<K, V>(merged, typedSerde<K>(key), typedSerde<V>(value), {},
                                                                 {});
                                 }};
  DslNode node = repartitionNodes<K, V>(names, std::move(key_serde), std::move(value_serde), {}, {});
  node.mergeable_repartition = std::move(mergeable);
  return node;
}

}  // namespace widgetstream::detail
