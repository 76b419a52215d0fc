#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "widgetstream/processor/processor_wrapper.hpp"
#include "widgetstream/processor/supplier_types.hpp"
#include "widgetstream/topology/graph.hpp"
#include "widgetstream/topology/topology_config.hpp"
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
  explicit Topology(const TopologyConfig& config = {});
  Topology(const Topology&);
  Topology(Topology&&) noexcept;
  Topology& operator=(const Topology&);
  Topology& operator=(Topology&&) noexcept;
  ~Topology();

  /// Reads topics. The serdes default to those of K and V.
  template <class K, class V>
  Topology& addSource(const std::string& name, std::vector<std::string> topics, SourceOptions<K, V> options = {}) {
    return add(sourceNode(name, std::move(topics), std::move(options)));
  }
  /// Reads the topics that match, also those that appear later.
  template <class K, class V, std::same_as<TopicPattern> P>
  Topology& addSource(const std::string& name, P topics, SourceOptions<K, V> options = {}) {
    GraphNode node = sourceNode(name, {}, std::move(options));
    node.topic_pattern = std::move(topics);
    return add(std::move(node));
  }

  /// A step of the user's own, below `parents`: a Processor<KIn, VIn, KOut, VOut> for each task. Stores of the supplier's
  /// own (see BringsStores) are added and connected.
  template <class KIn, class VIn, class KOut, class VOut, class S>
  requires std::convertible_to<S, ProcessorSupplier<KIn, VIn, KOut, VOut>>
  Topology& addProcessor(const std::string& name, S supplier, std::vector<std::string> parents) {
    const std::vector<StoreBuilder> stores = detail::storesOf(supplier);
    add(detail::processorNode<KIn, VIn, KOut, VOut>(name, detail::anySupplier(std::move(supplier)),
                                                    std::move(parents)));
    return connectStores(name, stores);
  }
  /// With the types that the supplier says.
  template <class KIn, class VIn, class KOut, class VOut>
  Topology& addProcessor(const std::string& name, ProcessorSupplier<KIn, VIn, KOut, VOut> supplier,
                         std::vector<std::string> parents) {
    return add(detail::processorNode<KIn, VIn, KOut, VOut>(name, std::move(supplier), std::move(parents)));
  }
  /// The same for a FixedKeyProcessor<K, VIn, VOut>.
  template <class K, class VIn, class VOut, class S>
  requires std::convertible_to<S, FixedKeyProcessorSupplier<K, VIn, VOut>>
  Topology& addProcessor(const std::string& name, S supplier, std::vector<std::string> parents) {
    const std::vector<StoreBuilder> stores = detail::storesOf(supplier);
    GraphNode node = detail::processorNode<K, VIn, K, VOut>(name, detail::anySupplier(std::move(supplier)),
                                                            std::move(parents));
    node.keeps_key = true;
    add(std::move(node));
    return connectStores(name, stores);
  }

  /// Writes to a topic.
  template <class K, class V>
  Topology& addSink(const std::string& name, std::string topic, std::vector<std::string> parents,
                    SinkOptions<K, V> options = {}) {
    return add(detail::sinkNode<K, V>(name, std::move(topic), std::move(options.key_serde),
                                      std::move(options.value_serde), std::move(options.partitioner),
                                      std::move(parents)));
  }
  /// Writes each record to the topic that `topic` names: a function of (const Record<K, V>&, const RecordContext&).
  template <class K, class V, class F>
  requires std::is_invocable_r_v<std::string, const F&, const Record<K, V>&, const RecordContext&>
  Topology& addSink(const std::string& name, F topic, std::vector<std::string> parents,
                    SinkOptions<K, V> options = {}) {
    GraphNode node = detail::sinkNode<K, V>(name, {}, std::move(options.key_serde), std::move(options.value_serde),
                                            std::move(options.partitioner), std::move(parents));
    node.topic_extractor = [topic = std::move(topic)](const AnyRecord& record, const RecordContext& at) {
      return static_cast<std::string>(std::invoke(topic, Record<K, V>{record}, at));
    };
    return add(std::move(node));
  }

  /// Adds a store and connects it to `processors`.
  Topology& addStateStore(StoreBuilder store, const std::vector<std::string>& processors = {});
  Topology& connectProcessorAndStateStores(const std::string& processor, const std::vector<std::string>& stores);

  /// A store that every instance keeps whole: all partitions of `topic` go through the processor, the only one that may
  /// write the store. Any other reads it without being connected. A restore runs the processor on each record again.
  template <class K, class V, ProcessorSupplierFor<K, V> S>
  Topology& addGlobalStore(StoreBuilder store, const std::string& source_name, const std::string& topic,
                           const std::string& processor_name, S supplier, SourceOptions<K, V> options = {}) {
    return addGlobalStore(GlobalStore{std::move(store), {}, {}, {}, true},
                          sourceNode(source_name, {topic}, std::move(options)),
                          processorNode<K, V>(processor_name, std::move(supplier)));
  }
  /// A store filled from `topic`, partition by partition, which is also what it is restored from: it has no changelog of
  /// its own. The processor is the only one that may write it; others read it when they are connected.
  template <class K, class V, ProcessorSupplierFor<K, V> S>
  Topology& addReadOnlyStateStore(StoreBuilder store, const std::string& source_name, const std::string& topic,
                                  const std::string& processor_name, S supplier, SourceOptions<K, V> options = {}) {
    return addReadOnlyStateStore(std::move(store), sourceNode(source_name, {topic}, std::move(options)),
                                 processorNode<K, V>(processor_name, std::move(supplier)));
  }

  /// The graph as text, equal to that of Java Kafka Streams 4.3 (contract 2).
  [[nodiscard]] std::string describe() const;

  // For the DSL and the runtime.

  Topology& add(GraphNode node);
  /// `store` needs its builder and how it restores; names are taken from the nodes.
  Topology& addGlobalStore(GlobalStore store, GraphNode source, GraphNode processor);
  Topology& addReadOnlyStateStore(StoreBuilder store, GraphNode source, GraphNode processor);
  Topology& addInternalTopic(InternalTopic topic);
  Topology& copartition(CopartitionGroup group);
  Topology& copartition(std::set<std::string> sources) { return copartition(CopartitionGroup{std::move(sources)}); }
  /// `topic`, which a source reads, is what the store is restored from.
  Topology& restoreFromSource(const std::string& store, const std::string& topic);
  [[nodiscard]] const TopologyGraph& graph() const noexcept { return graph_; }

 private:
  template <class K, class V>
  [[nodiscard]] static GraphNode sourceNode(const std::string& name, std::vector<std::string> topics,
                                            SourceOptions<K, V> options) {
    return detail::sourceNode<K, V>(name, std::move(topics), std::move(options.key_serde),
                                    std::move(options.value_serde), options.offset_reset,
                                    std::move(options.timestamp_extractor));
  }
  template <class K, class V, class S>
  [[nodiscard]] static GraphNode processorNode(const std::string& name, S supplier) {
    using Output = detail::OutputOf<detail::SuppliedProcessor<S>, K, V>;
    return detail::processorNode<K, V, typename Output::Key, typename Output::Value>(
        name, detail::anySupplier(std::move(supplier)), {});
  }
  Topology& connectStores(const std::string& processor, const std::vector<StoreBuilder>& stores);
  void checkSource(const GraphNode& source) const;
  void checkParents(const GraphNode& node) const;
  void insert(GraphNode node);
  GraphNode& processorNamed(const std::string& name);

  TopologyGraph graph_;
  std::shared_ptr<ProcessorWrapper> wrapper_;
};

/// Node, store and topic names: 1 to 249 of [a-zA-Z0-9._-], not "." or "..".
/// Errors  Error{invalid_topology} quoting the name and saying what is wrong with it.
void checkName(std::string_view name, std::string_view what);

}  // namespace widgetstream
