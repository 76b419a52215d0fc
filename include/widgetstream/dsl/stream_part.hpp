#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/peek.hpp"
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

/// A repartition topic as a graph node: filter, sink and source (contract 1.3).
template <class K, class V>
[[nodiscard]] DslNode repartitionPart(const RepartitionNames& names, Serde<K> key_serde, Serde<V> value_serde,
                                      AnyPartitioner partitioner = {}, std::optional<std::int32_t> partitions = {}) {
  DslNode node;
  node.name = names.source;
  node.internal_topic = InternalTopic{names.topic, partitions};
  node.nodes.push_back(processorNode<K, V, K, V>(
      names.filter, [] { return std::make_unique<NonNullKeyProcessor<K, V>>(); }, {}));
  node.nodes.push_back(
      sinkNode<K, V>(names.sink, names.topic, key_serde, value_serde, std::move(partitioner), {names.filter}));
  node.nodes.push_back(sourceNode<K, V>(names.source, {names.topic}, std::move(key_serde), std::move(value_serde),
                                        AutoOffsetReset::earliest, {}));
  return node;
}

}  // namespace widgetstream::detail
