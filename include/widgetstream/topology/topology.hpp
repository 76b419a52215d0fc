#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/topology/graph.hpp"
#include "widgetstream/topology/typed_nodes.hpp"

namespace widgetstream {

/// Where a source reads and how; see Consumed in the DSL for the words.
template <class K, class V>
struct SourceOptions {
  Serde<K> key_serde;
  Serde<V> value_serde;
  AutoOffsetReset offset_reset = AutoOffsetReset::by_config;
  TimestampExtractor timestamp_extractor;
};

/// How a sink writes.
template <class K, class V>
struct SinkOptions {
  Serde<K> key_serde;
  Serde<V> value_serde;
  AnyPartitioner partitioner;
};

/// The graph of an application, built by hand or by StreamsBuilder::build(). Copies share nothing.
///
/// Errors   Error{invalid_topology} from each call that names what does not exist, or exists already.
class Topology {
 public:
  /// Reads topics. The serdes default to those of K and V.
  template <class K, class V>
  Topology& addSource(const std::string& name, std::vector<std::string> topics, SourceOptions<K, V> options = {}) {
    return add(detail::sourceNode<K, V>(name, std::move(topics), std::move(options.key_serde),
                                        std::move(options.value_serde), options.offset_reset,
                                        std::move(options.timestamp_extractor)));
  }

  /// A step of the user's own, below `parents`.
  template <class KIn, class VIn, class KOut, class VOut>
  Topology& addProcessor(const std::string& name, ProcessorSupplier<KIn, VIn, KOut, VOut> supplier,
                         std::vector<std::string> parents) {
    return add(detail::processorNode<KIn, VIn, KOut, VOut>(name, std::move(supplier), std::move(parents)));
  }

  /// Writes to a topic.
  template <class K, class V>
  Topology& addSink(const std::string& name, std::string topic, std::vector<std::string> parents,
                    SinkOptions<K, V> options = {}) {
    return add(detail::sinkNode<K, V>(name, std::move(topic), std::move(options.key_serde),
                                      std::move(options.value_serde), std::move(options.partitioner),
                                      std::move(parents)));
  }

  /// Adds a store and connects it to `processors`.
  Topology& addStateStore(StoreBuilder store, const std::vector<std::string>& processors = {});
  Topology& connectProcessorAndStateStores(const std::string& processor, const std::vector<std::string>& stores);

  /// The graph as text, equal to that of Java Kafka Streams 4.3 (contract 2).
  [[nodiscard]] std::string describe() const;

  /// For the DSL and the runtime.
  Topology& add(GraphNode node);
  Topology& addInternalTopic(InternalTopic topic);
  Topology& copartition(CopartitionGroup sources);
  [[nodiscard]] const TopologyGraph& graph() const noexcept { return graph_; }

 private:
  GraphNode& processorNamed(const std::string& name);

  TopologyGraph graph_;
};

/// Node, store and topic names: 1 to 249 of [a-zA-Z0-9._-], not "." or "..".
/// Errors  Error{invalid_topology} quoting the name and saying what is wrong with it.
void checkName(std::string_view name, std::string_view what);

}  // namespace widgetstream
