#pragma once

// How KTable joins another table by its key.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/ktable.hpp"
#include "widgetstream/dsl/operators/table_join.hpp"

namespace widgetstream {
namespace detail {

/// The graph node of a table-table join: this side, the other, and the merge, which is its name.
template <class Join, JoinSide side>
[[nodiscard]] GraphNode joinSideNode(const std::string& name, const std::string& parent, std::vector<std::string> stores,
                                     AnyProcessorSupplier supplier) {
  using Mine = std::conditional_t<side == JoinSide::left, typename Join::L, typename Join::R>;
  GraphNode node = processorNode<typename Join::K, Change<Mine>, typename Join::K, Change<typename Join::Value>>(
      name, std::move(supplier), {parent});
  node.stores = std::move(stores);
  return node;
}

}  // namespace detail

template <class K, class V>
template <detail::JoinKind kind, class VO, class F>
KTable<K, detail::JoinedValue<kind, F, K, V, VO>> KTable<K, V>::joined(
    const KTable<K, VO>& other, F joiner, const Named& name, Result<kind, F, VO>* how) const {
  using Join = detail::TableJoin<kind, K, V, VO, F>;
  using Out = typename Join::Value;
  if (other.part().graph != part_.graph) {
    throw Error{ErrorKind::invalid_topology,
                "join of tables of two StreamsBuilders; make both tables with the same builder"};
  }
  detail::StreamsGraph& graph = *part_.graph;
  std::optional<detail::StoreChoice<K, Out>> store;
  if (how) {
    store.emplace(std::move(*how), graph, detail::prefix::table_merge);
    store->orSerdes(part_.key_serde, Serde<Out>{});
  }
  const std::string merge_name = graph.nameOr(name.name(), detail::prefix::table_merge);
  detail::SourceNames sources = part_.sources;
  sources.add(other.part().sources);
  graph.copartition(sources, merge_name);

  if constexpr (kind != detail::JoinKind::inner) state_->enableSendingOldValues(true);
  if constexpr (kind == detail::JoinKind::outer) other.state()->enableSendingOldValues(true);
  const detail::TableView<K, V> left = view();
  const detail::TableView<K, VO> right = other.view();
  const Join join{std::move(joiner)};

  auto result = std::make_shared<detail::TableState>();
  result->above = {state_, other.state()};
  result->joins = true;
  auto sides = std::make_shared<detail::TableJoinState>();
  sides->result = result;

  const std::string this_name = detail::suffixedNameOr(graph, name, "-join-this", detail::prefix::table_join_this);
  const std::string other_name = detail::suffixedNameOr(graph, name, "-join-other", detail::prefix::table_join_other);
  detail::DslNode node;
  node.name = merge_name;
  node.nodes.push_back(detail::joinSideNode<Join, detail::JoinSide::left>(
      this_name, part_.node->name, right.stores, [join, right, sides]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<detail::TableJoinProcessor<Join, detail::JoinSide::left>>(join, right, sides);
      }));
  node.nodes.push_back(detail::joinSideNode<Join, detail::JoinSide::right>(
      other_name, other.part().node->name, left.stores, [join, left, sides]() -> std::unique_ptr<AnyProcessor> {
        return detail::makeProcessor<detail::TableJoinProcessor<Join, detail::JoinSide::right>>(join, left, sides);
      }));
  node.nodes.push_back(detail::processorNode<K, Change<Out>, K, Change<Out>>(
      merge_name, [result] { return detail::makeProcessor<detail::TableMergeProcessor<K, Out>>(result); },
      {this_name, other_name}));
  node.output_versioned = store && store->versioned();
  node.reads_versioned = [sides, left = part_.node, right = other.part().node](const detail::DslNode& parent) {
    sides->left_versioned = sides->left_versioned || &parent == left;
    sides->right_versioned = sides->right_versioned || &parent == right;
  };

  Serde<K> key_serde = part_.key_serde;
  Serde<Out> value_serde;
  detail::DslNode& added = graph.add({part_.node, other.part().node}, std::move(node));
  if (store) {
    key_serde = store->how.key_serde;
    value_serde = store->how.value_serde;
    result->store = store->name;
    result->queryable = true;
    detail::attachStore(added, store->builder());
  }
  return {{part_.graph, &added, std::move(sources), false, std::move(key_serde), {}}, std::move(value_serde), result,
          [left, right, join] { return detail::viewOfJoined<Join>(left, right, join); }};
}

}  // namespace widgetstream
