#pragma once

// The longer members of KStream.

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/kstream.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/windowed_partitioner.hpp"

namespace widgetstream {

template <class K, class V>
KStream<K, V> KStream<K, V>::merge(const KStream& other, Named name) const {
  if (other.part_.graph != part_.graph) {
    throw Error{ErrorKind::invalid_topology,
                "merge() of streams of two StreamsBuilders; make both streams with the same builder"};
  }
  const std::string node_name = part_.graph->nameOr(name.name(), detail::prefix::merge);
  detail::DslNode merged = detail::processorPart<K, V, K, V>(node_name, detail::makePassThrough);
  merged.is_merge = true;
  detail::DslNode& node = part_.graph->add({part_.node, other.part_.node}, std::move(merged));
  detail::SourceNames sources = part_.sources;
  sources.add(other.part_.sources);
  return KStream{{part_.graph, &node, std::move(sources), part_.needs_repartition || other.part_.needs_repartition,
                  Serde<K>{}, Serde<V>{}}};
}

template <class K, class V>
BranchedKStream<K, V> KStream<K, V>::split(Named name) const {
  const std::string splitter = part_.graph->nameOr(name.name(), detail::prefix::branch);
  auto branches = std::make_shared<detail::Branches<K, V>>();
  detail::StreamPart<K, V> below = part_;
  below.node = &part_.graph->add(
      {part_.node}, detail::processorPart<K, V, K, V>(splitter, [branches]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<detail::BranchProcessor<K, V>>(branches);
      }));
  return {std::move(below), splitter, branches};
}

template <class K, class V>
KGroupedStream<K, V> KStream<K, V>::groupByKey(GroupedFor<K, V> grouped) const {
  detail::StreamPart<K, V> part = part_;
  part.key_serde = detail::firstOf(grouped.key_serde, part_.key_serde);
  part.value_serde = detail::firstOf(grouped.value_serde, part_.value_serde);
  return {std::move(part), std::move(grouped.name)};
}

template <class K, class V>
template <RecordMapper<K, V> F>
auto KStream<K, V>::groupBy(F selector,
                            GroupedFor<detail::ReturnedType<detail::CallResult<F, K, V>>, V> grouped) const {
  Named name = grouped.name.empty() ? Named{} : Named::as(grouped.name);
  return selectKey(std::move(selector), std::move(name)).groupByKey(std::move(grouped));
}

template <class K, class V>
KStream<K, V> KStream<K, V>::repartition(RepartitionedFor<K, V> repartitioned) const {
  const std::string name = repartitioned.name.empty() ? part_.graph->newProcessorName(detail::prefix::repartition)
                                                      : repartitioned.name;
  const detail::RepartitionNames names = detail::repartitionNames(*part_.graph, name);
  const Serde<K> key_serde = detail::firstOf(repartitioned.key_serde, part_.key_serde);
  const Serde<V> value_serde = detail::firstOf(repartitioned.value_serde, part_.value_serde);
  if (repartitioned.partitions && *repartitioned.partitions < 1) {
    throw Error{ErrorKind::invalid_topology, "repartition topic '" + names.topic + "' wants " +
                                                 std::to_string(*repartitioned.partitions) +
                                                 " partitions; ask for at least one"};
  }
  detail::DslNode& node = part_.graph->add(
      {part_.node}, detail::explicitRepartitionPart<K, V>(names, key_serde, value_serde,
                                                          std::move(repartitioned.partitioner),
                                                          repartitioned.partitions));
  return KStream{{part_.graph, &node, {names.source}, false, key_serde, value_serde}};
}

template <class K, class V>
KTable<K, V> KStream<K, V>::toTable(Named name, MaterializedFor<K, V> materialized) const {
  const std::string node_name = part_.graph->nameOr(name.name(), detail::prefix::to_table);
  detail::StoreChoice<K, V> store{std::move(materialized), *part_.graph, detail::prefix::to_table};
  store.orSerdes(part_.key_serde, part_.value_serde);

  detail::StreamPart<K, V> from = part_;
  if (part_.needs_repartition) {
    const detail::RepartitionNames names = detail::repartitionNames(*part_.graph, node_name);
    from.node = &part_.graph->add({part_.node}, detail::repartitionPart<K, V>(names, store.how.key_serde,
                                                                              store.how.value_serde));
    from.sources = {names.source};
  }
  auto state = std::make_shared<detail::TableState>();
  detail::DslNode& node = from.graph->add({from.node}, detail::processorPart<K, V, K, Change<V>>(node_name, [state] {
                                            return detail::makeProcessor<detail::TableSourceProcessor<K, V>>(state);
                                          }));
  detail::keepRowsWhenNeeded(*state, node, store);
  return {{from.graph, &node, from.sources, false, store.how.key_serde, {}}, store.how.value_serde, state};
}

template <class K, class V>
detail::DslNode KStream<K, V>::sinkPart(const std::string& name, ProducedFor<K, V> produced) const {
  detail::DslNode node;
  node.name = name;
  const Serde<K> key_serde = detail::firstOf(produced.key_serde, part_.key_serde);
  if constexpr (detail::is_windowed<K>) {
    if (!produced.partitioner && key_serde) produced.partitioner = detail::windowedPartitioner<K>(key_serde);
  }
  node.nodes.push_back(detail::sinkNode<K, V>(name, {}, key_serde,
                                              detail::firstOf(produced.value_serde, part_.value_serde),
                                              std::move(produced.partitioner), {}));
  return node;
}

template <class K, class V>
void KStream<K, V>::to(const std::string& topic, ProducedFor<K, V> produced) const {
  const std::string name = part_.graph->nameOr(produced.name, detail::prefix::sink);
  checkName(topic, "topic");
  detail::DslNode node = sinkPart(name, std::move(produced));
  node.nodes.front().topic = topic;
  part_.graph->add({part_.node}, std::move(node));
}

template <class K, class V>
template <TopicNameMapper<K, V> F>
void KStream<K, V>::to(F topic, ProducedFor<K, V> produced) const {
  const std::string name = part_.graph->nameOr(produced.name, detail::prefix::sink);
  detail::DslNode node = sinkPart(name, std::move(produced));
  node.nodes.front().topic_extractor = [topic = std::move(topic)](const AnyRecord& record, const RecordContext& at) {
    return static_cast<std::string>(detail::callWith(topic, Record<K, V>{record}, at));
  };
  part_.graph->add({part_.node}, std::move(node));
}

template <class K, class V>
void KStream<K, V>::offerTo(SinkSupplier<K, V> sink, const Named& name, bool is_table) const {
  const std::string node_name = part_.graph->nameOr(name.name(), detail::prefix::sink);
  GraphNode offered;
  offered.name = node_name;
  offered.kind = GraphNode::Kind::external;
  offered.takes = detail::recordTypes<K, V>();
  offered.external = [make = std::move(sink.make), is_table](const SinkContext& context) {
    return make(context, is_table);
  };
  offered.id_from_origin = sink.id_from_origin && !is_table;
  offered.description = std::move(sink.description);
  detail::DslNode node;
  node.name = node_name;
  node.nodes.push_back(std::move(offered));
  part_.graph->add({part_.node}, std::move(node));
}

template <class K, class V>
template <class K2, class V2, class S>
detail::DslNode& KStream<K, V>::processed(S supplier, const std::string& name, std::vector<std::string> stores,
                                          bool keeps_key) const {
  for (StoreBuilder& store : detail::storesOf(supplier)) {
    stores.push_back(store.name);
    part_.graph->addSharedStateStore(std::move(store));
  }
  detail::DslNode node = detail::processorPart<K, V, K2, V2>(name, detail::anySupplier(std::move(supplier)));
  node.nodes.front().stores = std::move(stores);
  node.nodes.front().keeps_key = keeps_key;
  if (part_.graph->config().process_may_change_records) {
    node.changes_key = !keeps_key;
    node.changes_value = true;
  }
  return part_.graph->add({part_.node}, std::move(node));
}

template <class K, class V>
template <ProcessorSupplierFor<K, V> S>
auto KStream<K, V>::process(S supplier, Named name, std::vector<std::string> stores) const {
  using Output = detail::OutputOf<detail::SuppliedProcessor<S>, K, V>;
  using K2 = typename Output::Key;
  using V2 = typename Output::Value;
  const std::string node_name = part_.graph->nameOrNew(name.name(), detail::prefix::processor);
  detail::DslNode& node = processed<K2, V2>(std::move(supplier), node_name, std::move(stores), false);
  return KStream<K2, V2>{{part_.graph, &node, part_.sources, true, Serde<K2>{}, Serde<V2>{}}};
}

template <class K, class V>
template <FixedKeyProcessorSupplierFor<K, V> S>
auto KStream<K, V>::processValues(S supplier, Named name, std::vector<std::string> stores) const {
  using V2 = typename detail::FixedKeyOutputOf<detail::SuppliedProcessor<S>, K, V>::Value;
  const std::string node_name = part_.graph->nameOrNew(name.name(), detail::prefix::process_values);
  detail::DslNode& node = processed<K, V2>(std::move(supplier), node_name, std::move(stores), true);
  return KStream<K, V2>{
      {part_.graph, &node, part_.sources, part_.needs_repartition, part_.key_serde, Serde<V2>{}}};
}

template <class K, class V>
template <class F>
requires detail::PrintsRecords<F, K, V>
void KStream<K, V>::print(BasicPrinted<F> printed) const {
  const std::string label = printed.label.value_or(part_.node->name);
  const std::string node_name = part_.graph->nameOr(printed.name, detail::prefix::print);
  part_.graph->add({part_.node}, detail::processorPart<K, V, K, V>(node_name, [label, printed = std::move(printed)] {
                     return detail::makeProcessor<detail::PrintProcessor<K, V, F>>(printed.target, label,
                                                                                   printed.mapper);
                   }));
}

template <class K, class V>
KTable<K, V> KGroupedStream<K, V>::materialize(const std::string& store) const {
  return KStream<K, V>{grouped_->part()}.toTable(Materialized::as(store));
}

}  // namespace widgetstream
