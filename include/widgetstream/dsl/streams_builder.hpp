#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/consumed.hpp"
#include "widgetstream/dsl/global_ktable.hpp"
#include "widgetstream/dsl/kstream.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {

/// Where a program begins: streams and tables of topics, and from them, step by step, the topology.
///
/// Names of nodes, stores and internal topics are those that Java Kafka Streams 4.3 gives for the same calls in the
/// same order, so that state and topics carry over.
///
/// Threads  one.
class StreamsBuilder {
 public:
  /// `config`  what counts while a topology is built; StreamsConfig has one, read from properties.
  explicit StreamsBuilder(TopologyConfig config = {})
      : graph_(std::make_shared<detail::StreamsGraph>(std::move(config))) {}

  /// The records of a topic. Several streams of one topic share its source.
  template <class K, class V>
  [[nodiscard]] KStream<K, V> stream(const std::string& topic) {
    return stream<K, V>(std::vector<std::string>{topic});
  }
  template <class K, class V>
  [[nodiscard]] KStream<K, V> stream(const std::string& topic, ConsumedFor<K, V> consumed) {
    return stream<K, V>(std::vector<std::string>{topic}, std::move(consumed));
  }
  /// The records of several topics; no order holds across them.
  template <class K, class V>
  [[nodiscard]] KStream<K, V> stream(std::vector<std::string> topics) {
    static_assert(HasDefaultSerde<K> && HasDefaultSerde<V>,
                  "stream<K, V>(topic) needs default serdes of K and V; give Consumed::with(key, value) for others");
    return stream<K, V>(std::move(topics), ConsumedFor<K, V>{});
  }
  /// Without these two, {"a", "b"} might as well be a std::string from one pointer to the other.
  template <class K, class V>
  [[nodiscard]] KStream<K, V> stream(std::initializer_list<std::string> topics) {
    return stream<K, V>(std::vector<std::string>{topics});
  }
  template <class K, class V>
  [[nodiscard]] KStream<K, V> stream(std::initializer_list<std::string> topics, ConsumedFor<K, V> consumed) {
    return stream<K, V>(std::vector<std::string>{topics}, std::move(consumed));
  }
  template <class K, class V>
  [[nodiscard]] KStream<K, V> stream(std::vector<std::string> topics, ConsumedFor<K, V> consumed) {
    return streamOf<K, V>(std::move(topics), std::nullopt, std::move(consumed));
  }
  /// The records of all topics that match, also of those that appear later. Several streams of one pattern share its
  /// source; no other source may read a topic that matches.
  template <class K, class V, std::same_as<TopicPattern> P>
  [[nodiscard]] KStream<K, V> stream(P topics) {
    static_assert(HasDefaultSerde<K> && HasDefaultSerde<V>,
                  "stream<K, V>(pattern) needs default serdes of K and V; give Consumed::with(key, value) for others");
    return stream<K, V>(std::move(topics), ConsumedFor<K, V>{});
  }
  template <class K, class V, std::same_as<TopicPattern> P>
  [[nodiscard]] KStream<K, V> stream(P topics, ConsumedFor<K, V> consumed) {
    return streamOf<K, V>({}, std::move(topics), std::move(consumed));
  }

  /// A topic as a table: the newest record of each key, a null value deletes it.
  /// State   a store only if `materialized` names one or an operator needs it.
  template <class K, class V>
  [[nodiscard]] KTable<K, V> table(const std::string& topic) {
    static_assert(HasDefaultSerde<K> && HasDefaultSerde<V>,
                  "table<K, V>(topic) needs default serdes of K and V; give Consumed::with(key, value) for others");
    return table<K, V>(topic, ConsumedFor<K, V>{}, MaterializedFor<K, V>{});
  }
  template <class K, class V>
  [[nodiscard]] KTable<K, V> table(const std::string& topic, MaterializedFor<K, V> materialized) {
    return table<K, V>(topic, ConsumedFor<K, V>{}, std::move(materialized));
  }
  template <class K, class V>
  [[nodiscard]] KTable<K, V> table(const std::string& topic, ConsumedFor<K, V> consumed,
                                   MaterializedFor<K, V> materialized = {});

  /// A topic as a table that every instance keeps whole; see GlobalKTable.
  template <class K, class V>
  [[nodiscard]] GlobalKTable<K, V> globalTable(const std::string& topic) {
    static_assert(HasDefaultSerde<K> && HasDefaultSerde<V>,
                  "globalTable<K, V>(topic) needs default serdes of K and V; give Consumed::with(key, value) for others");
    return globalTable<K, V>(topic, ConsumedFor<K, V>{});
  }
  template <class K, class V>
  [[nodiscard]] GlobalKTable<K, V> globalTable(const std::string& topic, ConsumedFor<K, V> consumed) {
    return globalTableOf<K, V>(topic, std::move(consumed), MaterializedFor<K, V>{}, true);
  }
  template <class K, class V>
  [[nodiscard]] GlobalKTable<K, V> globalTable(const std::string& topic, MaterializedFor<K, V> materialized) {
    return globalTable<K, V>(topic, ConsumedFor<K, V>{}, std::move(materialized));
  }
  template <class K, class V>
  [[nodiscard]] GlobalKTable<K, V> globalTable(const std::string& topic, ConsumedFor<K, V> consumed,
                                               MaterializedFor<K, V> materialized) {
    const bool named = !materialized.name.empty();
    return globalTableOf<K, V>(topic, std::move(consumed), std::move(materialized), named);
  }

  /// A store that every instance keeps whole, written by a processor of one's own from all partitions of `topic`. Every
  /// other processor may read it, without being connected, as a ReadOnly... store. A restore runs the processor on each
  /// record of the topic again.
  template <class K, class V, ProcessorSupplierFor<K, V> S>
  StreamsBuilder& addGlobalStore(StoreBuilder store, const std::string& topic, ConsumedFor<K, V> consumed,
                                 S supplier);
  template <class K, class V, ProcessorSupplierFor<K, V> S>
  StreamsBuilder& addGlobalStore(StoreBuilder store, const std::string& topic, S supplier) {
    return addGlobalStore<K, V>(std::move(store), topic, ConsumedFor<K, V>{}, std::move(supplier));
  }

  /// A store for processors of one's own; process() connects it by name.
  StreamsBuilder& addStateStore(StoreBuilder store) {
    graph_->addStateStore(std::move(store));
    return *this;
  }

  /// Errors  Error{invalid_topology} naming the node and the remedy.
  [[nodiscard]] Topology build() const { return build(graph_->config().optimization); }
  /// With the rewrites given here instead of those of the TopologyConfig.
  [[nodiscard]] Topology build(const TopologyOptimization& optimization) const { return graph_->build(optimization); }

 private:
  template <class K, class V>
  [[nodiscard]] KStream<K, V> streamOf(std::vector<std::string> topics, std::optional<TopicPattern> pattern,
                                       ConsumedFor<K, V> consumed) {
    const std::string name = graph_->nameOr(consumed.name, detail::prefix::source);
    detail::DslNode node;
    node.name = name;
    node.merges_with_equal_source = true;
    node.nodes.push_back(detail::sourceNode<K, V>(name, std::move(topics), consumed.key_serde, consumed.value_serde,
                                                  consumed.offset_reset, std::move(consumed.timestamp_extractor)));
    node.nodes.front().topic_pattern = std::move(pattern);
    return KStream<K, V>{{graph_, &graph_->add({&graph_->root()}, std::move(node)), {name}, false,
                          std::move(consumed.key_serde), std::move(consumed.value_serde)}};
  }
  template <class K, class V>
  [[nodiscard]] GlobalKTable<K, V> globalTableOf(const std::string& topic, ConsumedFor<K, V> consumed,
                                                 MaterializedFor<K, V> materialized, bool queryable);
  /// Source and processor of a global store, in the order in which Java numbers them.
  template <class K, class V>
  [[nodiscard]] detail::DslNode globalPart(const std::string& topic, ConsumedFor<K, V> consumed);

  std::shared_ptr<detail::StreamsGraph> graph_;
};

template <class K, class V>
KTable<K, V> StreamsBuilder::table(const std::string& topic, ConsumedFor<K, V> consumed,
                                   MaterializedFor<K, V> materialized) {
  checkName(topic, "topic");
  detail::StoreChoice<K, V> store{std::move(materialized), *graph_, topic + "-"};
  store.how.key_serde = detail::firstOf(consumed.key_serde, store.how.key_serde);
  store.how.value_serde = detail::firstOf(consumed.value_serde, store.how.value_serde);
  const std::string source =
      graph_->nameOr(consumed.name.empty() ? std::string{} : consumed.name + "-source", detail::prefix::source);
  const std::string table = graph_->nameOr(consumed.name, detail::prefix::table_source);

  auto state = std::make_shared<detail::TableState>();
  detail::DslNode node;
  node.name = table;
  node.table_topic = topic;
  node.nodes.push_back(detail::sourceNode<K, V>(source, {topic}, store.how.key_serde, store.how.value_serde,
                                                consumed.offset_reset, std::move(consumed.timestamp_extractor)));
  node.nodes.push_back(detail::processorNode<K, V, K, Change<V>>(
      table, [state] { return detail::makeProcessor<detail::TableSourceProcessor<K, V>>(state); }, {source}));
  detail::DslNode& added = graph_->add({&graph_->root()}, std::move(node));
  detail::keepRowsWhenNeeded(*state, added, store);
  return {{graph_, &added, {source}, false, store.how.key_serde, {}}, store.how.value_serde, state};
}

template <class K, class V>
detail::DslNode StreamsBuilder::globalPart(const std::string& topic, ConsumedFor<K, V> consumed) {
  checkName(topic, "topic");
  const std::string source =
      graph_->nameOr(consumed.name.empty() ? std::string{} : consumed.name + "-source", detail::prefix::source);
  detail::DslNode node;
  node.name = graph_->nameOr(consumed.name, detail::prefix::table_source);
  node.nodes.push_back(detail::sourceNode<K, V>(source, {topic}, std::move(consumed.key_serde),
                                                std::move(consumed.value_serde), consumed.offset_reset,
                                                std::move(consumed.timestamp_extractor)));
  return node;
}

template <class K, class V>
GlobalKTable<K, V> StreamsBuilder::globalTableOf(const std::string& topic, ConsumedFor<K, V> consumed,
                                                 MaterializedFor<K, V> materialized, bool queryable) {
  detail::StoreChoice<K, V> store{std::move(materialized), *graph_, topic + "-"};
  if (store.versioned()) {
    throw Error{ErrorKind::invalid_topology, "store '" + store.name + "' of the global table of topic '" + topic +
                                                 "' is versioned, which global tables cannot be; give it a "
                                                 "persistentKeyValueStore() or inMemoryKeyValueStore()"};
  }
  store.how.key_serde = consumed.key_serde = detail::firstOf(consumed.key_serde, store.how.key_serde);
  store.how.value_serde = consumed.value_serde = detail::firstOf(consumed.value_serde, store.how.value_serde);
  detail::DslNode node = globalPart<K, V>(topic, std::move(consumed));
  auto state = std::make_shared<detail::TableState>();
  state->store = store.name;
  state->queryable = queryable;
  node.nodes.push_back(detail::processorNode<K, V, K, Change<V>>(
      node.name, [state] { return detail::makeProcessor<detail::TableSourceProcessor<K, V>>(state); }, {}));
  node.global_store = GlobalStore{store.builder().withCachingDisabled().withLoggingDisabled(), {}, {}, {}, false};
  graph_->add({&graph_->root()}, std::move(node));
  return {graph_, store.name, queryable};
}

template <class K, class V, ProcessorSupplierFor<K, V> S>
StreamsBuilder& StreamsBuilder::addGlobalStore(StoreBuilder store, const std::string& topic,
                                               ConsumedFor<K, V> consumed, S supplier) {
  using Output = detail::OutputOf<detail::SuppliedProcessor<S>, K, V>;
  detail::DslNode node = globalPart<K, V>(topic, std::move(consumed));
  node.nodes.push_back(detail::processorNode<K, V, typename Output::Key, typename Output::Value>(
      node.name, detail::anySupplier(std::move(supplier)), {}));
  node.global_store = GlobalStore{std::move(store.withLoggingDisabled()), {}, {}, {}, true};
  graph_->add({&graph_->root()}, std::move(node));
  return *this;
}

}  // namespace widgetstream
