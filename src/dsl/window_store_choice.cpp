#include "widgetstream/dsl/window_store_choice.hpp"

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

std::string ms(Milliseconds duration) { return std::to_string(duration.count()) + " ms"; }

void requireRetention(const std::string& store, Milliseconds retention, const WindowNeeds& needs) {
  if (retention >= needs.retention) return;
  throw Error{ErrorKind::invalid_topology,
              "store '" + store + "' keeps its windows for " + ms(retention) + ", but windows of " +
                  ms(needs.window_size) + " with a grace of " + ms(needs.grace) + " are needed for " +
                  ms(needs.retention) + "; give it a retention of at least that"};
}

bool onClose(const WindowNeeds& needs) { return needs.emit == EmitStrategy::onWindowClose(); }

}  // namespace

WindowStoreSupplier chosenStore(const std::string& name, WindowStoreSupplier given, const WindowNeeds& needs) {
  given.name = name;
  requireRetention(name, given.retention, needs);
  if (given.window_size != needs.window_size) {
    throw Error{ErrorKind::invalid_topology, "store '" + name + "' is for windows of " + ms(given.window_size) +
                                                 ", but those of the aggregate have " + ms(needs.window_size) +
                                                 "; give both the same size"};
  }
  if (given.retain_duplicates) {
    throw Error{ErrorKind::invalid_topology, "store '" + name +
                                                 "' retains duplicates, which an aggregate cannot use; give it one "
                                                 "that does not"};
  }
  return given;
}

WindowStoreSupplier madeWindowStore(const std::string& name, const DslStoreSuppliers& suppliers,
                                    std::optional<Milliseconds> retention, const WindowNeeds& needs) {
  const Milliseconds kept = retention.value_or(needs.retention);
  requireRetention(name, kept, needs);
  return chosenStore(
      name, suppliers.window_store({name, kept, needs.window_size, false, onClose(needs), needs.walks_keys}), needs);
}

SessionStoreSupplier chosenStore(const std::string& name, SessionStoreSupplier given, const WindowNeeds& needs) {
  given.name = name;
  requireRetention(name, given.retention, needs);
  if (onClose(needs) && given.persistent && given.order == RowOrder::by_key) {
    throw Error{ErrorKind::invalid_topology, "store '" + name +
                                                 "' is ordered by key, but sessions that are emitted when they close are "
                                                 "looked for by their end; give it persistentTimeOrderedSessionStore()"};
  }
  return given;
}

SessionStoreSupplier madeSessionStore(const std::string& name, const DslStoreSuppliers& suppliers,
                                      std::optional<Milliseconds> retention, const WindowNeeds& needs) {
  const Milliseconds kept = retention.value_or(needs.retention);
  requireRetention(name, kept, needs);
  return chosenStore(name, suppliers.session_store({name, kept, onClose(needs)}), needs);
}

}  // namespace widgetstream::detail
