#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/grouped_part.hpp"
#include "widgetstream/dsl/operators/sliding_window_aggregate.hpp"
#include "widgetstream/dsl/operators/window_aggregate.hpp"
#include "widgetstream/dsl/window_store_choice.hpp"
#include "widgetstream/serde/windowed_serdes.hpp"

namespace widgetstream::detail {

template <class W>
inline constexpr bool is_sliding = std::same_as<W, SlidingWindows>;

/// Makes the processor for windows of any kind.
template <class K, class V, class A, class Step, class W>
[[nodiscard]] AnyProcessorSupplier windowProcessor(Step step, const W& windows, EmitStrategy emit,
                                                   std::shared_ptr<const TableState> state) {
  return [step = std::move(step), windows, emit, state = std::move(state)]() -> std::unique_ptr<AnyProcessor> {
    if constexpr (is_sliding<W>) {
      return makeProcessor<SlidingWindowAggregateProcessor<K, V, A, Step>>(step, windows, emit, state);
    } else {
      return makeProcessor<WindowAggregateProcessor<K, V, A, Step, W>>(step, windows, emit, state);
    }
  };
}

/// The table of an aggregate over windows of any kind, but for its processor.
template <class K, class A, class W>
[[nodiscard]] AggregateTable<Windowed<K>, A> windowTable(const StoreChoice<K, A, WindowStoreSupplier>& store,
                                                         const W& windows, EmitStrategy emit) {
  const WindowNeeds needs = needsOf(windows, emit);
  AggregateTable<Windowed<K>, A> made;
  made.state = stateOfAggregate(store.name, store.named_by_user);
  made.store = windowedBuilder(store, needs);
  made.key_serde = TimeWindowedSerde<K>{store.keySerde(), needs.window_size};
  made.value_serde = store.how.value_serde;
  made.window_grace = needs.grace;
  return made;
}

}  // namespace widgetstream::detail
