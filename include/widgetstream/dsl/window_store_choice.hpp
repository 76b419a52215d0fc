#pragma once

#include <optional>
#include <string>

#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/session_windows.hpp"
#include "widgetstream/dsl/sliding_windows.hpp"
#include "widgetstream/dsl/store_choice.hpp"
#include "widgetstream/dsl/windows.hpp"
#include "widgetstream/state/dsl_store_suppliers.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream::detail {

/// What the windows of an aggregate ask of its store.
struct WindowNeeds {
  Milliseconds window_size{0};
  Milliseconds grace{0};
  /// How long an entry is needed after its window has begun; sessions: after it has ended.
  Milliseconds retention{0};
  EmitStrategy emit = EmitStrategy::onWindowUpdate();
  /// Entries of one key are walked over.
  bool walks_keys = false;
  /// A cache would have nothing to pass on.
  bool caches_on_close = false;
};

template <FixedWindows W>
[[nodiscard]] WindowNeeds needsOf(const W& windows, EmitStrategy emit) {
  return {windows.size(), windows.gracePeriod(), saturatingSum(windows.size(), windows.gracePeriod()), emit, false, true};
}
[[nodiscard]] inline WindowNeeds needsOf(const SlidingWindows& windows, EmitStrategy emit) {
  const Milliseconds difference = windows.timeDifference();
  // A record may need the window that begins two differences before it, to make the one in between.
  return {difference, windows.gracePeriod(),
          saturatingSum(saturatingSum(difference, difference), windows.gracePeriod()), emit, true, false};
}
[[nodiscard]] inline WindowNeeds needsOf(const SessionWindows& windows, EmitStrategy emit) {
  return {windows.inactivityGap(), windows.gracePeriod(),
          saturatingSum(windows.inactivityGap(), windows.gracePeriod()), emit, true, false};
}

/// The store that was given, if it can keep what is needed; else one that is made for it.
/// Errors  Error{invalid_topology} naming the store when its retention is too short or its windows are of another size
[[nodiscard]] WindowStoreSupplier chosenStore(const std::string& name, WindowStoreSupplier given,
                                              const WindowNeeds& needs);
[[nodiscard]] WindowStoreSupplier madeWindowStore(const std::string& name, const DslStoreSuppliers& suppliers,
                                                  std::optional<Milliseconds> retention, const WindowNeeds& needs);
[[nodiscard]] SessionStoreSupplier chosenStore(const std::string& name, SessionStoreSupplier given,
                                               const WindowNeeds& needs);
[[nodiscard]] SessionStoreSupplier madeSessionStore(const std::string& name, const DslStoreSuppliers& suppliers,
                                                    std::optional<Milliseconds> retention, const WindowNeeds& needs);

template <class K, class A, class Supplier>
[[nodiscard]] StoreBuilder windowedBuilder(const StoreChoice<K, A, Supplier>& choice, const WindowNeeds& needs) {
  const auto& how = choice.how;
  StoreBuilder made;
  if constexpr (std::same_as<Supplier, WindowStoreSupplier>) {
    made = timestampedWindowStoreBuilder<K, A>(
        how.supplier ? chosenStore(choice.name, *how.supplier, needs)
                     : madeWindowStore(choice.name, *how.dsl_store_suppliers, how.retention, needs),
        choice.keySerde(), choice.valueSerde());
  } else {
    made = sessionStoreBuilder<K, A>(
        how.supplier ? chosenStore(choice.name, *how.supplier, needs)
                     : madeSessionStore(choice.name, *how.dsl_store_suppliers, how.retention, needs),
        choice.keySerde(), choice.valueSerde());
  }
  made = choice.surrounded(std::move(made));
  if (needs.emit == EmitStrategy::onWindowClose() && !needs.caches_on_close) made.caching = false;
  return made;
}

}  // namespace widgetstream::detail
