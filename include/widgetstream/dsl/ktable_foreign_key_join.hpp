#pragma once

// How KTable joins another table by a foreign key (KIP-213). The rows of two tables that are partitioned by different
// keys meet by two internal topics:
//
//   left table ── send ──> registration topic ──> receive (subscription store) ── join ──┐
//                                                     right table ── foreign join ───────┴──> response topic
//   left table ──────────────────────────────────────────────────── resolve <──────────────────────┘
//                                                                      └──> result
//
// A response is for one value of the left row, known by its hash; the answer to an older value is dropped. An inner join
// asks for no answer where it knows of no earlier result: a row that is deleted and comes back before the answer to its
// deletion has arrived keeps its old result until it matches again. That is so in Java, whose messages these are.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/dsl/operators/foreign_key/foreign_table_join.hpp"
#include "widgetstream/dsl/operators/foreign_key/response_resolve.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription_join.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription_receive.hpp"
#include "widgetstream/dsl/operators/table_source.hpp"

namespace widgetstream {
namespace detail {

/// Everything a foreign-key join names, in Java's order (contract 1.7). Uses up thirteen numbers.
struct ForeignKeyNames {
  std::string registration_topic;
  std::string send;
  std::string registration_sink;
  std::string registration_source;
  std::string store;
  std::string receive;
  std::string join;
  std::string foreign_join;
  std::string response_topic;
  std::string response_sink;
  std::string response_source;
  std::string resolve;
  std::string result;
};
[[nodiscard]] ForeignKeyNames foreignKeyNames(StreamsGraph& graph, const std::string& name);

/// Sink and source of one of the two topics as graph nodes below `parents`; what the source is.
[[nodiscard]] DslNode& throughTopic(StreamsGraph& graph, const std::vector<DslNode*>& parents, const std::string& topic,
                                    GraphNode sink, GraphNode source);

template <class K, class V>
[[nodiscard]] AnyPartitioner responsePartitioner(AnyPartitioner given) {
  if (given) return byKeyAlone(std::move(given));
  return [](std::string_view, const AnyRecord& record, std::int32_t) {
    const auto& partition = static_cast<const ForeignResponse<V>*>(record.value)->primary_partition;
    return partition ? PartitionChoice::one(*partition) : PartitionChoice::byKey();
  };
}

}  // namespace detail

template <class K, class V>
template <detail::JoinKind kind, class KO, class VO, class E, class F>
KTable<K, detail::JoinedValue<kind, F, K, V, VO>> KTable<K, V>::joinedByForeignKey(
    const KTable<KO, VO>& other, E extractor, F joiner, JoinedBy<KO> how,
    Result<kind, F, VO> materialized) const {
  using Join = detail::TableJoin<kind, K, V, VO, F>;
  using Out = typename Join::Value;
  using detail::ForeignResponse;
  using detail::Subscription;
  if (other.part().graph != part_.graph) {
    throw Error{ErrorKind::invalid_topology,
                "join of tables of two StreamsBuilders; make both tables with the same builder"};
  }
  detail::StreamsGraph& graph = *part_.graph;
  other.state()->enableSendingOldValues(true);
  state_->enableSendingOldValues(true);
  const detail::ForeignKeyNames names = detail::foreignKeyNames(graph, how.name);
  const detail::ForeignKeyTopics topics{names.registration_topic};
  const Serde<K> keys = detail::orDefault(part_.key_serde, names.send);
  const Serde<V> values = detail::orDefault(value_serde_, names.send);
  const Serde<KO> foreign_keys = detail::orDefault(other.part().key_serde, names.registration_sink);
  const Serde<VO> foreign_values = detail::orDefault(other.valueSerde(), names.response_sink);
  const detail::TableView<KO, VO> right = other.view();
  const detail::TableView<K, V> left = view();

  auto left_versioned = std::make_shared<bool>(false);
  using Send = detail::SubscriptionSendProcessor<K, V, KO, E>;
  const typename Send::Parts send_parts{std::move(extractor), keys, values, foreign_keys, topics,
                                        kind == detail::JoinKind::left};
  detail::DslNode send_node = detail::processorPart<K, Change<V>, KO, Subscription>(
      names.send, [send_parts, left_versioned] { return detail::makeProcessor<Send>(send_parts, left_versioned); });
  send_node.reads_versioned = [left_versioned](const detail::DslNode&) { *left_versioned = true; };
  detail::DslNode& send = graph.add({part_.node}, std::move(send_node));

  detail::DslNode& registration = detail::throughTopic(
      graph, {&send}, names.registration_topic,
      detail::sinkNode<KO, Subscription>(names.registration_sink, names.registration_topic, foreign_keys,
                                         Serde<Subscription>{detail::SubscriptionSerde{}},
                                         detail::byKeyAlone(std::move(how.other_partitioner)), {}),
      detail::sourceNode<KO, Subscription>(names.registration_source, {names.registration_topic}, foreign_keys,
                                           Serde<Subscription>{detail::SubscriptionSerde{}}, AutoOffsetReset::earliest,
                                           {}));
  detail::SourceNames right_sources = other.part().sources;
  right_sources.add(names.registration_source);
  graph.copartition(right_sources, names.receive);

  detail::DslNode receive_node = detail::processorPart<KO, Subscription, KO, Subscription>(
      names.receive, [store = names.store, foreign_keys, topics] {
        return detail::makeProcessor<detail::SubscriptionReceiveProcessor<KO>>(store, foreign_keys, topics);
      });
  detail::attachStore(receive_node, detail::subscriptionStoreBuilder(
                                        graph.config().dsl_store_suppliers.key_value_store(names.store)));
  detail::DslNode& receive = graph.add({&registration}, std::move(receive_node));

  detail::DslNode join_node =
      detail::processorPart<KO, Subscription, K, ForeignResponse<VO>>(names.join, [right, keys, topics] {
        return detail::makeProcessor<detail::SubscriptionJoinProcessor<K, KO, VO>>(right, keys, topics);
      });
  join_node.nodes.front().stores = right.stores;
  detail::DslNode& join = graph.add({&receive}, std::move(join_node));

  auto right_versioned = std::make_shared<bool>(false);
  using ForeignJoin = detail::ForeignTableJoinProcessor<K, KO, VO>;
  const typename ForeignJoin::Parts foreign_parts{names.store, keys, foreign_keys, topics};
  detail::DslNode foreign_node = detail::processorPart<KO, Change<VO>, K, ForeignResponse<VO>>(
      names.foreign_join,
      [foreign_parts, right_versioned] { return detail::makeProcessor<ForeignJoin>(foreign_parts, right_versioned); });
  foreign_node.nodes.front().stores = {names.store};
  foreign_node.reads_versioned = [right_versioned](const detail::DslNode&) { *right_versioned = true; };
  detail::DslNode& foreign_join = graph.add({other.part().node}, std::move(foreign_node));

  GraphNode response_sink = detail::sinkNode<K, ForeignResponse<VO>>(
      names.response_sink, names.response_topic,
      [keys, foreign_values] {
        return detail::makeOwned<AnyEncoder, detail::ResponseEncoder<K, VO>>(keys, foreign_values);
      },
      detail::responsePartitioner<K, VO>(std::move(how.partitioner)));
  GraphNode response_source =
      detail::sourceNode<K, ForeignResponse<VO>>(names.response_source, names.response_topic, [keys, foreign_values] {
        return detail::makeOwned<AnyDecoder, detail::ResponseDecoder<K, VO>>(keys, foreign_values);
      });
  detail::DslNode& response = detail::throughTopic(graph, {&join, &foreign_join}, names.response_topic,
                                                   std::move(response_sink), std::move(response_source));
  detail::SourceNames sources = part_.sources;
  sources.add(names.response_source);
  graph.copartition(sources, names.resolve);

  detail::DslNode resolve_node = detail::processorPart<K, ForeignResponse<VO>, K, Out>(
      names.resolve, [join = Join{std::move(joiner)}, left, values, topics] {
        return detail::makeProcessor<detail::ResponseResolveProcessor<Join>>(join, left, values, topics);
      });
  resolve_node.nodes.front().stores = left.stores;
  detail::DslNode& resolve = graph.add({&response}, std::move(resolve_node));

  detail::StoreChoice<K, Out> store{std::move(materialized), graph, detail::prefix::foreign_key_output};
  store.orSerdes(part_.key_serde, Serde<Out>{});
  auto state = std::make_shared<detail::TableState>();
  detail::DslNode& result = graph.add({&resolve}, detail::processorPart<K, Out, K, Change<Out>>(names.result, [state] {
                                        return detail::makeProcessor<detail::TableSourceProcessor<K, Out>>(state);
                                      }));
  detail::keepRowsWhenNeeded(*state, result, store);
  return {{part_.graph, &result, std::move(sources), false, part_.key_serde, {}}, store.how.value_serde, state};
}

}  // namespace widgetstream
