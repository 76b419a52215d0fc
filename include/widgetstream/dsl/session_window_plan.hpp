#pragma once

#include <memory>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/grouped_part.hpp"
#include "widgetstream/dsl/operators/session_window_aggregate.hpp"
#include "widgetstream/dsl/window_store_choice.hpp"
#include "widgetstream/serde/windowed_serdes.hpp"

namespace widgetstream::detail {

template <class K, class V, class A, class Step>
[[nodiscard]] AnyProcessorSupplier sessionProcessor(Step step, const SessionWindows& windows, EmitStrategy emit,
                                                    std::shared_ptr<const TableState> state) {
  return [step = std::move(step), windows, emit, state = std::move(state)]() -> std::unique_ptr<AnyProcessor> {
    return makeProcessor<SessionWindowAggregateProcessor<K, V, A, Step>>(step, windows, emit, state);
  };
}

/// The table of an aggregate over sessions, but for its processor.
template <class K, class A>
[[nodiscard]] AggregateTable<Windowed<K>, A> sessionTable(const StoreChoice<K, A, SessionStoreSupplier>& store,
                                                          const SessionWindows& windows, EmitStrategy emit) {
  const WindowNeeds needs = needsOf(windows, emit);
  AggregateTable<Windowed<K>, A> made;
  made.state = stateOfAggregate(store.name, store.named_by_user);
  made.store = windowedBuilder(store, needs);
  made.key_serde = SessionWindowedSerde<K>{store.keySerde()};
  made.value_serde = store.how.value_serde;
  made.window_grace = needs.retention;  // gap and grace
  return made;
}

}  // namespace widgetstream::detail
