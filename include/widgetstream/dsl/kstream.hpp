#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/branched.hpp"
#include "widgetstream/dsl/grouped.hpp"
#include "widgetstream/dsl/join_windows.hpp"
#include "widgetstream/dsl/joined.hpp"
#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/kgrouped_stream.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/branch.hpp"
#include "widgetstream/dsl/operators/filter.hpp"
#include "widgetstream/dsl/operators/flat_map.hpp"
#include "widgetstream/dsl/operators/map.hpp"
#include "widgetstream/dsl/operators/peek.hpp"
#include "widgetstream/dsl/operators/print.hpp"
#include "widgetstream/dsl/operators/table_source.hpp"
#include "widgetstream/dsl/produced.hpp"
#include "widgetstream/dsl/repartitioned.hpp"
#include "widgetstream/dsl/stream_joined.hpp"
#include "widgetstream/dsl/stream_part.hpp"
#include "widgetstream/dsl/windowed_partitioner.hpp"
#include "widgetstream/processor/supplier_types.hpp"

namespace widgetstream {

template <class K, class V>
class GlobalKTable;

/// Makes the key of a row, KT, of a record; std::optional where there may be none.
template <class F, class KT, class K, class V>
concept KeySelectorFor = RecordMapper<F, K, V> && std::same_as<detail::ReturnedType<detail::CallResult<F, K, V>>, KT>;

/// Makes the name of a topic of a record.
template <class F, class K, class V>
concept TopicNameMapper = RecordMapper<F, K, V> && std::convertible_to<detail::CallResult<F, K, V>, std::string>;

/// A stream of records: each stands for itself, whatever its key.
///
/// A KStream is a place in the graph that its StreamsBuilder draws; copies are the same place, and each operator adds
/// a node below it. Functions have the forms of function_forms.hpp; every task copies them, so what they capture by
/// reference must outlive the application.
///
/// Time     timestamps and headers pass through every operator here
/// Errors   Error{invalid_topology} from each operator for a name that Kafka does not allow, or a missing serde
template <class K, class V>
class KStream {
 public:
  using Key = K;
  using Value = V;

  /// Made by StreamsBuilder and by operators.
  explicit KStream(detail::StreamPart<K, V> part) : part_(std::move(part)) {}

  /// Keeps the records `accepts` is true for. See operators/filter.hpp.
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KStream filter(F accepts, Named name = {}) const {
    return sameTypes(detail::prefix::filter, name, [accepts = std::move(accepts)] {
      return detail::makeProcessor<detail::FilterProcessor<K, V, F>>(accepts, false);
    });
  }
  /// Drops the records `refuses` is true for.
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KStream filterNot(F refuses, Named name = {}) const {
    return sameTypes(detail::prefix::filter, name, [refuses = std::move(refuses)] {
      return detail::makeProcessor<detail::FilterProcessor<K, V, F>>(refuses, true);
    });
  }

  /// A new key and value. See operators/map.hpp.
  template <PairMapper<K, V> F>
  [[nodiscard]] auto map(F mapper, Named name = {}) const {
    using Pair = detail::ReturnedPair<detail::CallResult<F, K, V>>;
    return below<typename Pair::Key, typename Pair::Value>(
        detail::prefix::map, name, Changes::key, true, {}, {},
        [mapper = std::move(mapper)] { return detail::makeProcessor<detail::MapProcessor<K, V, F>>(mapper); });
  }
  /// A new value under the same key.
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto mapValues(F mapper, Named name = {}) const {
    using V2 = detail::ReturnedType<detail::CallResult<F, K, V>>;
    return below<K, V2>(
        detail::prefix::map_values, name, Changes::value, part_.needs_repartition, part_.key_serde, {},
        [mapper = std::move(mapper)] { return detail::makeProcessor<detail::MapValuesProcessor<K, V, F>>(mapper); });
  }
  /// Any number of keys and values. See operators/flat_map.hpp.
  template <PairsMapper<K, V> F>
  [[nodiscard]] auto flatMap(F mapper, Named name = {}) const {
    using Pair = detail::ReturnedPair<detail::ElementOf<detail::CallResult<F, K, V>>>;
    return below<typename Pair::Key, typename Pair::Value>(
        detail::prefix::flat_map, name, Changes::key, true, {}, {},
        [mapper = std::move(mapper)] { return detail::makeProcessor<detail::FlatMapProcessor<K, V, F>>(mapper); });
  }
  /// Any number of values under the same key.
  template <ValuesMapper<K, V> F>
  [[nodiscard]] auto flatMapValues(F mapper, Named name = {}) const {
    using V2 = detail::ReturnedType<detail::ElementOf<detail::CallResult<F, K, V>>>;
    return below<K, V2>(detail::prefix::flat_map_values, name, Changes::value, part_.needs_repartition, part_.key_serde,
                        {}, [mapper = std::move(mapper)] {
                          return detail::makeProcessor<detail::FlatMapValuesProcessor<K, V, F>>(mapper);
                        });
  }
  /// A new key over the same value.
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto selectKey(F selector, Named name = {}) const {
    using K2 = detail::ReturnedType<detail::CallResult<F, K, V>>;
    return below<K2, V>(detail::prefix::key_select, name, Changes::key, true, {}, part_.value_serde,
                        [selector = std::move(selector)] {
                          return detail::makeProcessor<detail::SelectKeyProcessor<K, V, F>>(selector);
                        });
  }

  /// Shows each record to `action` and passes it on.
  template <RecordAction<K, V> F>
  KStream peek(F action, Named name = {}) const {
    return sameTypes(detail::prefix::peek, name, [action = std::move(action)] {
      return detail::makeProcessor<detail::PeekProcessor<K, V, F>>(action, true);
    });
  }
  /// Shows each record to `action`; nothing follows.
  template <RecordAction<K, V> F>
  void foreach(F action, Named name = {}) const {
    static_cast<void>(sameTypes(detail::prefix::foreach, name, [action = std::move(action)] {
      return detail::makeProcessor<detail::PeekProcessor<K, V, F>>(action, false);
    }));
  }

  /// Writes each record as a line of text, `[label]: key, value`; nothing follows. See printed.hpp.
  template <class F>
  requires detail::PrintsRecords<F, K, V>
  void print(BasicPrinted<F> printed) const;

  /// Both streams in one; no order holds across them.
  [[nodiscard]] KStream merge(const KStream& other, Named name = {}) const;

  /// Begins to split the stream; see BranchedKStream.
  [[nodiscard]] BranchedKStream<K, V> split(Named name = {}) const;

  /// Groups by the key as it is.
  [[nodiscard]] KGroupedStream<K, V> groupByKey(GroupedFor<K, V> grouped = {}) const;
  /// Groups by a new key: selectKey and groupByKey in one.
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto groupBy(F selector,
                             GroupedFor<detail::ReturnedType<detail::CallResult<F, K, V>>, V> grouped = {}) const;

  /// Through an internal topic, partitioned anew.
  [[nodiscard]] KStream repartition(RepartitionedFor<K, V> repartitioned = {}) const;

  /// The newest value of each key. The newest to arrive wins; a null value deletes; null keys are dropped and counted.
  [[nodiscard]] KTable<K, V> toTable(MaterializedFor<K, V> materialized = {}) const {
    return toTable(Named{}, std::move(materialized));
  }
  [[nodiscard]] KTable<K, V> toTable(Named name, MaterializedFor<K, V> materialized = {}) const;

  /// Records of two streams with one key meet when their times are close enough. See operators/stream_join.hpp.
  template <class VO, InnerJoiner<K, V, VO> F>
  [[nodiscard]] auto join(const KStream<K, VO>& other, F joiner, const JoinWindows& windows,
                          std::type_identity_t<StreamJoinedFor<K, V, VO>> joined = {}) const;
  /// And this stream's records without partner too, once none can come any more.
  template <class VO, LeftJoiner<K, V, VO> F>
  [[nodiscard]] auto leftJoin(const KStream<K, VO>& other, F joiner, const JoinWindows& windows,
                              std::type_identity_t<StreamJoinedFor<K, V, VO>> joined = {}) const;
  /// And those of both streams.
  template <class VO, OuterJoiner<K, V, VO> F>
  [[nodiscard]] auto outerJoin(const KStream<K, VO>& other, F joiner, const JoinWindows& windows,
                               std::type_identity_t<StreamJoinedFor<K, V, VO>> joined = {}) const;

  /// Each record meets the row its key has in the table. See operators/stream_table_join.hpp.
  template <class VT, InnerJoiner<K, V, VT> F>
  [[nodiscard]] auto join(const KTable<K, VT>& table, F joiner,
                          std::type_identity_t<JoinedFor<K, V, VT>> joined = {}) const;
  /// And records without a row too.
  template <class VT, LeftJoiner<K, V, VT> F>
  [[nodiscard]] auto leftJoin(const KTable<K, VT>& table, F joiner,
                              std::type_identity_t<JoinedFor<K, V, VT>> joined = {}) const;

  /// Each record meets the row that a key made by `selector` has in a table that every instance keeps whole.
  template <class KT, class VT, KeySelectorFor<KT, K, V> S, InnerJoiner<K, V, VT> F>
  [[nodiscard]] auto join(const GlobalKTable<KT, VT>& table, S selector, F joiner, Named name = {}) const;
  /// And records without a key or a row too.
  template <class KT, class VT, KeySelectorFor<KT, K, V> S, LeftJoiner<K, V, VT> F>
  [[nodiscard]] auto leftJoin(const GlobalKTable<KT, VT>& table, S selector, F joiner, Named name = {}) const;

  /// Writes to a topic, which must exist. Serdes: those of `produced`, of the stream, of the types.
  /// Errors  Error{invalid_topology} naming node and type when there is none.
  void to(const std::string& topic, ProducedFor<K, V> produced = {}) const;
  /// Writes each record to the topic that `topic` makes of it.
  template <TopicNameMapper<K, V> F>
  void to(F topic, ProducedFor<K, V> produced = {}) const;

  /// Offers the records to a system outside Kafka, as part of the commit. See processor/sink.hpp.
  template <class S>
  requires std::convertible_to<S, SinkSupplier<K, V>>
  void sinkTo(S sink, Named name = {}) const { offerTo(std::move(sink), name, false); }

  /// A step of the user's own: `supplier` makes a Processor<K, V, KOut, VOut> for each task. The result is a
  /// KStream<KOut, VOut>.
  template <ProcessorSupplierFor<K, V> S>
  auto process(S supplier, std::vector<std::string> stores = {}) const {
    return process(std::move(supplier), Named{}, std::move(stores));
  }
  template <ProcessorSupplierFor<K, V> S>
  auto process(S supplier, Named name, std::vector<std::string> stores = {}) const;
  /// The same with a FixedKeyProcessor<K, V, VOut>: the key stays, so no repartition follows. The result is a
  /// KStream<K, VOut>.
  template <FixedKeyProcessorSupplierFor<K, V> S>
  auto processValues(S supplier, std::vector<std::string> stores = {}) const {
    return processValues(std::move(supplier), Named{}, std::move(stores));
  }
  template <FixedKeyProcessorSupplierFor<K, V> S>
  auto processValues(S supplier, Named name, std::vector<std::string> stores = {}) const;

  /// An operator of one's own: `op(stream)`, written where it reads best.
  template <std::invocable<const KStream&> F>
  decltype(auto) apply(F&& op) const {
    return std::invoke(std::forward<F>(op), *this);
  }

 private:
  template <class K2, class V2>
  friend class KStream;
  friend class KTable<K, V>;

  /// What an operator may do to records, as the merging of repartition topics sees it (contract 1.10).
  enum class Changes { nothing, key, value };

  template <class K2, class V2, class Make>
  [[nodiscard]] KStream<K2, V2> below(std::string_view prefix, const Named& name, Changes changes,
                                      bool needs_repartition, Serde<K2> key_serde, Serde<V2> value_serde,
                                      Make make) const {
    const std::string node_name = part_.graph->nameOr(name.name(), prefix);
    detail::DslNode node = detail::processorPart<K, V, K2, V2>(node_name, std::move(make));
    node.changes_key = changes == Changes::key;
    node.changes_value = changes == Changes::value;
    return KStream<K2, V2>{{part_.graph, &part_.graph->add({part_.node}, std::move(node)), part_.sources,
                            needs_repartition, std::move(key_serde), std::move(value_serde)}};
  }
  template <class Make>
  [[nodiscard]] KStream sameTypes(std::string_view prefix, const Named& name, Make make) const {
    return below<K, V>(prefix, name, Changes::nothing, part_.needs_repartition, part_.key_serde, part_.value_serde,
                       std::move(make));
  }
  template <class K2, class V2, class S>
  [[nodiscard]] detail::DslNode& processed(S supplier, const std::string& name, std::vector<std::string> stores,
                                           bool keeps_key) const;
  [[nodiscard]] detail::DslNode sinkPart(const std::string& name, ProducedFor<K, V> produced) const;
  void offerTo(SinkSupplier<K, V> sink, const Named& name, bool is_table) const;

  detail::StreamPart<K, V> part_;
};

}  // namespace widgetstream

#include "widgetstream/dsl/kstream_global_joins.hpp"
#include "widgetstream/dsl/kstream_joins.hpp"
#include "widgetstream/dsl/kstream_operators.hpp"
#include "widgetstream/dsl/ktable_to_stream.hpp"
