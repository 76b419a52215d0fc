#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/change_codec.hpp"
#include "widgetstream/dsl/operators/table_aggregate.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/stream_part.hpp"

namespace widgetstream {

template <class K, class V>
class KTable;

/// Rows of a table grouped under new keys, about to become a table of their aggregates.
///
/// Keys     each update goes through a repartition topic. Its name is the Grouped's, else the store's; an unnamed
///          grouping makes one topic for each aggregate
/// State    one entry a group
/// Order    what leaves a group is subtracted before what comes is added
template <class K, class V>
class KGroupedTable {
 public:
  /// Made by KTable::groupBy. The serdes are what Grouped gave.
  KGroupedTable(detail::StreamPart<K, V> part, std::string grouped_name)
      : part_(std::move(part)), grouped_name_(std::move(grouped_name)) {}

  /// How many rows each group has.
  [[nodiscard]] KTable<K, std::int64_t> count(MaterializedFor<K, std::int64_t> materialized = {}) {
    return count(Named{}, std::move(materialized));
  }
  [[nodiscard]] KTable<K, std::int64_t> count(Named name, MaterializedFor<K, std::int64_t> materialized = {}) {
    return aggregated<std::int64_t>(detail::TableCountSteps<K, V>{}, detail::prefix::table_aggregate, name,
                                    std::move(materialized), defaultSerde<std::int64_t>());
  }

  /// The first row of a group, then what `adder` makes of the aggregate and each row that comes, and `subtractor` of it
  /// and each row that leaves.
  template <ReducerOf<V> Add, ReducerOf<V> Subtract>
  [[nodiscard]] KTable<K, V> reduce(Add adder, Subtract subtractor, MaterializedFor<K, V> materialized = {}) {
    return reduce(std::move(adder), std::move(subtractor), Named{}, std::move(materialized));
  }
  template <ReducerOf<V> Add, ReducerOf<V> Subtract>
  [[nodiscard]] KTable<K, V> reduce(Add adder, Subtract subtractor, Named name,
                                    MaterializedFor<K, V> materialized = {}) {
    return aggregated<V>(detail::TableReduceSteps<K, V, Add, Subtract>{std::move(adder), std::move(subtractor)},
                         detail::prefix::table_reduce, name, std::move(materialized), part_.value_serde);
  }

  /// What `adder` makes of the aggregate and each row that comes, and `subtractor` of it and each row that leaves. A
  /// group begins with what `initializer` makes.
  template <class I, class Add, class Subtract,
            class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<Add, K, V, A> && AggregatorOf<Subtract, K, V, A>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, Add adder, Subtract subtractor,
                                       std::type_identity_t<MaterializedFor<K, A>> materialized = {}) {
    return aggregate(std::move(initializer), std::move(adder), std::move(subtractor), Named{}, std::move(materialized));
  }
  template <class I, class Add, class Subtract,
            class A = detail::ReturnedType<std::remove_cvref_t<std::invoke_result_t<const I&>>>>
  requires InitializerOf<I, A> && AggregatorOf<Add, K, V, A> && AggregatorOf<Subtract, K, V, A>
  [[nodiscard]] KTable<K, A> aggregate(I initializer, Add adder, Subtract subtractor, Named name,
                                       std::type_identity_t<MaterializedFor<K, A>> materialized = {}) {
    return aggregated<A>(detail::TableAggregateSteps<K, V, A, I, Add, Subtract>{std::move(initializer),
                                                                               std::move(adder), std::move(subtractor)},
                         detail::prefix::table_aggregate, name, std::move(materialized), Serde<A>{});
  }

 private:
  template <class A, class Steps>
  [[nodiscard]] KTable<K, A> aggregated(Steps steps, std::string_view prefix, const Named& name,
                                        MaterializedFor<K, A> materialized, const Serde<A>& value_serde) {
    detail::StreamsGraph& graph = *part_.graph;
    // Java names the store of a reduce after aggregate, too.
    detail::StoreChoice<K, A> store{std::move(materialized), graph, detail::prefix::table_aggregate};
    store.orSerdes(part_.key_serde, value_serde);
    detail::DslNode& groups = repartitioned(name, store.name);
    const std::string node_name = graph.nameOr(name.name(), prefix);

    auto state = std::make_shared<detail::TableState>();
    state->store = store.name;
    state->queryable = store.named_by_user;
    detail::DslNode& node = graph.add(
        {&groups}, detail::processorPart<K, Change<V>, K, Change<A>>(
                       node_name, [steps = std::move(steps), state]() -> std::unique_ptr<AnyProcessor> {
                         return detail::makeProcessor<detail::TableAggregateProcessor<K, V, A, Steps>>(steps, state);
                       }));
    node.output_versioned = store.versioned();
    detail::attachStore(node, store.builder());
    return {{part_.graph, &node, {groups.name}, false, store.how.key_serde, {}}, store.how.value_serde, state};
  }

  /// The repartition topic as a graph node, by the name of its source. A named grouping makes it once.
  [[nodiscard]] detail::DslNode& repartitioned(const Named& name, const std::string& store) {
    detail::StreamsGraph& graph = *part_.graph;
    const std::string sink = detail::suffixedNameOr(graph, name, "-sink", detail::prefix::sink);
    const std::string source = detail::suffixedNameOr(graph, name, "-source", detail::prefix::source);
    if (*repartition_ && !grouped_name_.empty()) {
      graph.attach(*part_.node, **repartition_);
      return **repartition_;
    }
    const std::string topic = (grouped_name_.empty() ? store : grouped_name_) + "-repartition";
    checkName(topic, "repartition topic");
    const Serde<K> keys = detail::orDefault(part_.key_serde, sink);
    const Serde<V> values = detail::orDefault(part_.value_serde, sink);
    detail::DslNode node;
    node.name = source;
    node.internal_topic = InternalTopic{topic, std::nullopt};
    node.nodes.push_back(
        detail::sinkNode<K, Change<V>>(sink, topic, detail::makeChangeEncoder<K, V>(keys, values), {}));
    node.nodes.push_back(
        detail::sourceNode<K, Change<V>>(source, topic, detail::makeChangeDecoder<K, V>(keys, values)));
    *repartition_ = &graph.add({part_.node}, std::move(node));
    return **repartition_;
  }

  detail::StreamPart<K, V> part_;
  std::string grouped_name_;
  /// Shared by copies of this grouping.
  std::shared_ptr<detail::DslNode*> repartition_ = std::make_shared<detail::DslNode*>(nullptr);
};

}  // namespace widgetstream
