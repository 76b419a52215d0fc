#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/dsl/grouped.hpp"
#include "widgetstream/dsl/joiner_forms.hpp"
#include "widgetstream/dsl/kgrouped_table.hpp"
#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/foreign_key/subscription_send.hpp"
#include "widgetstream/dsl/operators/table_filter.hpp"
#include "widgetstream/dsl/operators/table_group_by.hpp"
#include "widgetstream/dsl/operators/table_map_values.hpp"
#include "widgetstream/dsl/operators/table_transform_values.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/stream_part.hpp"
#include "widgetstream/dsl/suppressed.hpp"
#include "widgetstream/dsl/table_joined.hpp"

namespace widgetstream {

template <class K, class V>
class KStream;

/// A table: the newest value of each key, and the updates that made it so.
///
/// State    kept in a store when it has a name (queryable) or when an operator below needs it; else a view
/// Keys     a table's keys are never null; a null value deletes the row
/// Errors   Error{invalid_topology} from each operator for a name that Kafka does not allow, or a missing serde
template <class K, class V>
class KTable {
  /// How the result of a join is kept.
  template <detail::JoinKind kind, class F, class VO>
  using Result = MaterializedFor<K, detail::JoinedValue<kind, F, K, V, VO>>;
  /// A TableJoined that is converted, not deduced.
  template <class KO>
  using JoinedBy = std::type_identity_t<TableJoinedFor<K, KO>>;

 public:
  using MakeView = std::function<detail::TableView<K, V>()>;

  /// Made by StreamsBuilder and by operators. `computed` shows the rows of a table that may have no store.
  KTable(detail::StreamPart<K, Change<V>> part, Serde<V> value_serde, std::shared_ptr<detail::TableState> state,
         MakeView computed = {})
      : part_(std::move(part)),
        value_serde_(std::move(value_serde)),
        state_(std::move(state)),
        computed_(std::move(computed)) {}

  /// The rows `accepts` is true for; it never sees a null value. See operators/table_filter.hpp.
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KTable filter(F accepts, Named name = {}) const {
    return filtered(std::move(accepts), false, name, nullptr);
  }
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KTable filter(F accepts, Named name, MaterializedFor<K, V> materialized) const {
    return filtered(std::move(accepts), false, name, &materialized);
  }
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KTable filter(F accepts, MaterializedFor<K, V> materialized) const {
    return filtered(std::move(accepts), false, {}, &materialized);
  }
  /// The rows `refuses` is false for.
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KTable filterNot(F refuses, Named name = {}) const {
    return filtered(std::move(refuses), true, name, nullptr);
  }
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KTable filterNot(F refuses, Named name, MaterializedFor<K, V> materialized) const {
    return filtered(std::move(refuses), true, name, &materialized);
  }
  template <RecordPredicate<K, V> F>
  [[nodiscard]] KTable filterNot(F refuses, MaterializedFor<K, V> materialized) const {
    return filtered(std::move(refuses), true, {}, &materialized);
  }

  /// A new value for each row. See operators/table_map_values.hpp.
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto mapValues(F mapper, Named name = {}) const {
    return mapped(std::move(mapper), name, static_cast<MaterializedFor<K, Mapped<F>>*>(nullptr));
  }
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto mapValues(F mapper, Named name,
                               MaterializedFor<K, detail::ReturnedType<detail::CallResult<F, K, V>>> how) const {
    return mapped(std::move(mapper), name, &how);
  }
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto mapValues(F mapper,
                               MaterializedFor<K, detail::ReturnedType<detail::CallResult<F, K, V>>> how) const {
    return mapped(std::move(mapper), {}, &how);
  }

  /// A new value for each row, made by a ValueTransformerWithKey<K, V, V2> that `supplier` makes for each task; it may
  /// use the stores that are named. The result is a KTable<K, V2>. See operators/table_transform_values.hpp.
  template <ValueTransformerSupplierFor<K, V> S>
  [[nodiscard]] auto transformValues(S supplier, std::vector<std::string> stores = {}) const {
    return transformed(std::move(supplier), {}, noRows<detail::TransformedValue<S, K, V>>(), std::move(stores));
  }
  template <ValueTransformerSupplierFor<K, V> S>
  [[nodiscard]] auto transformValues(S supplier, Named name, std::vector<std::string> stores = {}) const {
    return transformed(std::move(supplier), name, noRows<detail::TransformedValue<S, K, V>>(), std::move(stores));
  }
  template <ValueTransformerSupplierFor<K, V> S>
  [[nodiscard]] auto transformValues(S supplier, MaterializedFor<K, detail::TransformedValue<S, K, V>> how,
                                     std::vector<std::string> stores = {}) const {
    return transformed(std::move(supplier), {}, &how, std::move(stores));
  }
  template <ValueTransformerSupplierFor<K, V> S>
  [[nodiscard]] auto transformValues(S supplier, MaterializedFor<K, detail::TransformedValue<S, K, V>> how, Named name,
                                     std::vector<std::string> stores = {}) const {
    return transformed(std::move(supplier), name, &how, std::move(stores));
  }

  /// Groups the rows under new keys with new values, to aggregate them. See operators/table_group_by.hpp.
  template <GroupSelector<K, V> F>
  [[nodiscard]] auto groupBy(F selector, GroupedFor<typename detail::GroupPair<F, K, V>::Key,
                                                    typename detail::GroupPair<F, K, V>::Value> grouped = {}) const;

  /// What `joiner` makes of the rows that both tables have under a key. See operators/table_join.hpp.
  template <class VO, InnerJoiner<K, V, VO> F>
  [[nodiscard]] auto join(const KTable<K, VO>& other, F joiner, Named name = {}) const {
    return joined<detail::JoinKind::inner>(other, std::move(joiner), name, noStore<detail::JoinKind::inner, F, VO>());
  }
  template <class VO, InnerJoiner<K, V, VO> F>
  [[nodiscard]] auto join(const KTable<K, VO>& other, F joiner, Named name,
                          Result<detail::JoinKind::inner, F, VO> how) const {
    return joined<detail::JoinKind::inner>(other, std::move(joiner), name, &how);
  }
  template <class VO, InnerJoiner<K, V, VO> F>
  [[nodiscard]] auto join(const KTable<K, VO>& other, F joiner,
                          Result<detail::JoinKind::inner, F, VO> how) const {
    return joined<detail::JoinKind::inner>(other, std::move(joiner), {}, &how);
  }
  /// Each row of this table, with that of the other where there is one.
  template <class VO, LeftJoiner<K, V, VO> F>
  [[nodiscard]] auto leftJoin(const KTable<K, VO>& other, F joiner, Named name = {}) const {
    return joined<detail::JoinKind::left>(other, std::move(joiner), name, noStore<detail::JoinKind::left, F, VO>());
  }
  template <class VO, LeftJoiner<K, V, VO> F>
  [[nodiscard]] auto leftJoin(const KTable<K, VO>& other, F joiner, Named name,
                              Result<detail::JoinKind::left, F, VO> how) const {
    return joined<detail::JoinKind::left>(other, std::move(joiner), name, &how);
  }
  template <class VO, LeftJoiner<K, V, VO> F>
  [[nodiscard]] auto leftJoin(const KTable<K, VO>& other, F joiner,
                              Result<detail::JoinKind::left, F, VO> how) const {
    return joined<detail::JoinKind::left>(other, std::move(joiner), {}, &how);
  }
  /// The rows of both tables, those under one key together.
  template <class VO, OuterJoiner<K, V, VO> F>
  [[nodiscard]] auto outerJoin(const KTable<K, VO>& other, F joiner, Named name = {}) const {
    return joined<detail::JoinKind::outer>(other, std::move(joiner), name, noStore<detail::JoinKind::outer, F, VO>());
  }
  template <class VO, OuterJoiner<K, V, VO> F>
  [[nodiscard]] auto outerJoin(const KTable<K, VO>& other, F joiner, Named name,
                               Result<detail::JoinKind::outer, F, VO> how) const {
    return joined<detail::JoinKind::outer>(other, std::move(joiner), name, &how);
  }
  template <class VO, OuterJoiner<K, V, VO> F>
  [[nodiscard]] auto outerJoin(const KTable<K, VO>& other, F joiner,
                               Result<detail::JoinKind::outer, F, VO> how) const {
    return joined<detail::JoinKind::outer>(other, std::move(joiner), {}, &how);
  }

  /// What `joiner` makes of each row of this table and the row of `other` that it looks at: the one under the foreign
  /// key that `extractor` makes of it. Many rows may look at one. See ktable_foreign_key_join.hpp.
  template <class KO, class VO, ForeignKeyExtractor<K, V, KO> E, InnerJoiner<K, V, VO> F>
  [[nodiscard]] auto join(const KTable<KO, VO>& other, E extractor, F joiner, JoinedBy<KO> how,
                          Result<detail::JoinKind::inner, F, VO> materialized = {}) const {
    return joinedByForeignKey<detail::JoinKind::inner>(other, std::move(extractor), std::move(joiner), std::move(how),
                                                       std::move(materialized));
  }
  template <class KO, class VO, ForeignKeyExtractor<K, V, KO> E, InnerJoiner<K, V, VO> F>
  [[nodiscard]] auto join(const KTable<KO, VO>& other, E extractor, F joiner,
                          Result<detail::JoinKind::inner, F, VO> materialized = {}) const {
    return joinedByForeignKey<detail::JoinKind::inner>(other, std::move(extractor), std::move(joiner), {},
                                                       std::move(materialized));
  }
  /// Each row of this table, with the row of `other` that it looks at where there is one.
  template <class KO, class VO, ForeignKeyExtractor<K, V, KO> E, LeftJoiner<K, V, VO> F>
  [[nodiscard]] auto leftJoin(const KTable<KO, VO>& other, E extractor, F joiner, JoinedBy<KO> how,
                              Result<detail::JoinKind::left, F, VO> materialized = {}) const {
    return joinedByForeignKey<detail::JoinKind::left>(other, std::move(extractor), std::move(joiner), std::move(how),
                                                      std::move(materialized));
  }
  template <class KO, class VO, ForeignKeyExtractor<K, V, KO> E, LeftJoiner<K, V, VO> F>
  [[nodiscard]] auto leftJoin(const KTable<KO, VO>& other, E extractor, F joiner,
                              Result<detail::JoinKind::left, F, VO> materialized = {}) const {
    return joinedByForeignKey<detail::JoinKind::left>(other, std::move(extractor), std::move(joiner), {},
                                                      std::move(materialized));
  }

  /// Each key's newest update after a while, or each window's final result. See operators/suppress.hpp.
  [[nodiscard]] KTable suppress(const SuppressedUntilTimeLimit& how) const;
  [[nodiscard]] KTable suppress(const SuppressedUntilWindowCloses& how) const
      requires detail::WindowedKeyTraits<K>::value;

  /// The updates as a stream, tombstones included.
  [[nodiscard]] KStream<K, V> toStream(Named name = {}) const;
  /// The updates as a stream under a new key.
  template <RecordMapper<K, V> F>
  [[nodiscard]] auto toStream(F selector, Named name = {}) const;

  /// Offers each update to a system outside Kafka, as part of the commit: a row is known by its key there, and a
  /// tombstone deletes it. See processor/sink.hpp.
  template <class S>
  requires std::convertible_to<S, SinkSupplier<K, V>>
  void sinkTo(S sink, Named name = {}) const { toStream().offerTo(std::move(sink), name, true); }

  /// The store's name if the user gave one; such a table can be queried.
  [[nodiscard]] std::optional<std::string> queryableStoreName() const {
    return state_->queryable ? std::optional{state_->store} : std::nullopt;
  }

  // For operators.

  [[nodiscard]] const detail::StreamPart<K, Change<V>>& part() const noexcept { return part_; }
  [[nodiscard]] const Serde<V>& valueSerde() const noexcept { return value_serde_; }
  [[nodiscard]] const std::shared_ptr<detail::TableState>& state() const noexcept { return state_; }
  /// The rows of this table for another node; a source begins to keep them.
  [[nodiscard]] detail::TableView<K, V> view() const {
    state_->materialize();
    return state_->materialized() ? detail::viewOfStore<K, V>(state_->store) : computed_();
  }

 private:
  template <class F>
  using Mapped = detail::MappedValue<F, K, V>;

  // See ktable_operators.hpp.
  /// A table below this one, made of one processor. `how` may be null: then it is not materialized.
  template <class V2, class Make>
  [[nodiscard]] KTable<K, V2> below(std::string_view prefix, const Named& name, MaterializedFor<K, V2>* how,
                                    const Serde<V2>& value_serde, Make make,
                                    std::function<detail::TableView<K, V2>()> computed) const;
  template <class F>
  [[nodiscard]] KTable filtered(F accepts, bool negated, const Named& name, MaterializedFor<K, V>* how) const;
  template <class F>
  [[nodiscard]] KTable<K, Mapped<F>> mapped(F mapper, const Named& name, MaterializedFor<K, Mapped<F>>* how) const;
  template <class S>
  [[nodiscard]] KTable<K, detail::TransformedValue<S, K, V>> transformed(
      S supplier, const Named& name, MaterializedFor<K, detail::TransformedValue<S, K, V>>* how,
      std::vector<std::string> stores) const;

  template <class V2>
  [[nodiscard]] static MaterializedFor<K, V2>* noRows() {
    return nullptr;
  }
  template <detail::JoinKind kind, class F, class VO>
  [[nodiscard]] static auto noStore() {
    return static_cast<Result<kind, F, VO>*>(nullptr);
  }
  /// See ktable_joins.hpp.
  template <detail::JoinKind kind, class VO, class F>
  [[nodiscard]] KTable<K, detail::JoinedValue<kind, F, K, V, VO>> joined(
      const KTable<K, VO>& other, F joiner, const Named& name, Result<kind, F, VO>* how) const;
  /// See ktable_foreign_key_join.hpp.
  template <detail::JoinKind kind, class KO, class VO, class E, class F>
  [[nodiscard]] KTable<K, detail::JoinedValue<kind, F, K, V, VO>> joinedByForeignKey(
      const KTable<KO, VO>& other, E extractor, F joiner, JoinedBy<KO> how,
      Result<kind, F, VO> materialized) const;

  detail::StreamPart<K, Change<V>> part_;
  Serde<V> value_serde_;
  std::shared_ptr<detail::TableState> state_;
  MakeView computed_;
};

}  // namespace widgetstream

#include "widgetstream/dsl/ktable_foreign_key_join.hpp"
#include "widgetstream/dsl/ktable_group_by.hpp"
#include "widgetstream/dsl/ktable_joins.hpp"
#include "widgetstream/dsl/ktable_operators.hpp"
#include "widgetstream/dsl/ktable_suppress.hpp"
#include "widgetstream/dsl/ktable_to_stream.hpp"
