#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/dsl/named.hpp"
#include "widgetstream/dsl/operators/table_filter.hpp"
#include "widgetstream/dsl/operators/table_map_values.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/stream_part.hpp"

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
 public:
  /// Made by StreamsBuilder and by operators.
  KTable(detail::StreamPart<K, Change<V>> part, Serde<V> value_serde, std::shared_ptr<detail::TableState> state)
      : part_(std::move(part)), value_serde_(std::move(value_serde)), state_(std::move(state)) {}

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

 private:
  template <class F>
  using Mapped = detail::ReturnedType<detail::CallResult<F, K, V>>;

  /// A table below this one, made of one processor. `how` may be null: then it is not materialized.
  template <class V2, class Make>
  [[nodiscard]] KTable<K, V2> below(std::string_view prefix, const Named& name, MaterializedFor<K, V2>* how,
                                    const Serde<V2>& value_serde, Make make) const {
    auto state = std::make_shared<detail::TableState>();
    state->above = state_;
    std::optional<StoreBuilder> store;
    Serde<K> key_serde = part_.key_serde;
    Serde<V2> serde = value_serde;
    if (how) {
      // Java uses up a store number for an unnamed Materialized and then makes no store.
      detail::StoreChoice<K, V2> choice{std::move(*how), *part_.graph, prefix};
      choice.orSerdes(part_.key_serde, value_serde);
      key_serde = choice.how.key_serde;
      serde = choice.how.value_serde;
      if (choice.named_by_user) {
        state->store = choice.name;
        state->queryable = true;
        store = choice.builder();
      }
    }
    const std::string node_name = part_.graph->nameOr(name.name(), prefix);
    detail::DslNode node = detail::processorPart<K, Change<V>, K, Change<V2>>(
        node_name, [make = std::move(make), state] { return make(state); });
    if (store) {
      node.nodes.front().stores.push_back(store->name);
      node.stores.push_back(std::move(*store));
    }
    return {{part_.graph, &part_.graph->add({part_.node}, std::move(node)), part_.sources, false,
             std::move(key_serde), {}},
            std::move(serde), state};
  }

  template <class F>
  [[nodiscard]] KTable filtered(F accepts, bool negated, const Named& name, MaterializedFor<K, V>* how) const {
    auto below_this =
        below<V>(detail::prefix::table_filter, name, how, value_serde_,
                 [accepts = std::move(accepts), negated](const std::shared_ptr<detail::TableState>& state) {
                   return std::make_unique<detail::TableFilterProcessor<K, V, F>>(accepts, negated, state);
                 });
    // With old values it can tell which rows never passed, so that these need no tombstone.
    below_this.state_->send_old_values = state_->enableSendingOldValues();
    return below_this;
  }

  template <class F>
  [[nodiscard]] KTable<K, Mapped<F>> mapped(F mapper, const Named& name, MaterializedFor<K, Mapped<F>>* how) const {
    return below<Mapped<F>>(detail::prefix::table_map_values, name, how, Serde<Mapped<F>>{},
                            [mapper = std::move(mapper)](const std::shared_ptr<detail::TableState>& state) {
                              return std::make_unique<detail::TableMapValuesProcessor<K, V, F>>(mapper, state);
                            });
  }

  detail::StreamPart<K, Change<V>> part_;
  Serde<V> value_serde_;
  std::shared_ptr<detail::TableState> state_;
};

}  // namespace widgetstream

#include "widgetstream/dsl/ktable_to_stream.hpp"
