#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/dsl/consumed.hpp"
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
  StreamsBuilder() : graph_(std::make_shared<detail::StreamsGraph>()) {}

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
    const std::string name = graph_->nameOr(consumed.name, detail::prefix::source);
    detail::DslNode node;
    node.name = name;
    node.merges_with_equal_source = true;
    node.nodes.push_back(detail::sourceNode<K, V>(name, std::move(topics), consumed.key_serde, consumed.value_serde,
                                                  consumed.offset_reset, std::move(consumed.timestamp_extractor)));
    return KStream<K, V>{{graph_, &graph_->add({&graph_->root()}, std::move(node)), {name}, false,
                          std::move(consumed.key_serde), std::move(consumed.value_serde)}};
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

  /// A store for processors of one's own; process() connects it by name.
  StreamsBuilder& addStateStore(StoreBuilder store) {
    graph_->addStateStore(std::move(store));
    return *this;
  }

  /// Errors  Error{invalid_topology} naming the node and the remedy.
  [[nodiscard]] Topology build() { return graph_->build(); }

 private:
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
  node.nodes.push_back(detail::sourceNode<K, V>(source, {topic}, store.how.key_serde, store.how.value_serde,
                                                consumed.offset_reset, std::move(consumed.timestamp_extractor)));
  node.nodes.push_back(detail::processorNode<K, V, K, Change<V>>(
      table, [state] { return std::make_unique<detail::TableSourceProcessor<K, V>>(state); }, {source}));
  detail::DslNode& added = graph_->add({&graph_->root()}, std::move(node));
  detail::keepRowsWhenNeeded(*state, added, store);
  return {{graph_, &added, {source}, false, store.how.key_serde, {}}, store.how.value_serde, state};
}

}  // namespace widgetstream
