#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace widgetstream::detail {

/// What is known of a table's node only when the whole graph is built. Shared by the table's handle, the suppliers of
/// its processor and the tables below it.
///
/// A table keeps its rows from the start (`store` set: it was named, or is an aggregate), on demand (`get_store` set:
/// sources), or never: then it is computed from the rows of those `above`.
struct TableState {
  /// Name of the store that keeps the rows; empty while none does.
  std::string store;
  /// True when the user gave the store its name.
  bool queryable = false;
  /// True when changes are to bear the value before. Processors read it when a task starts.
  bool send_old_values = false;
  /// Gives the table the store it has reserved a name for, and says which name that is.
  std::function<std::string()> get_store;
  /// The tables this one is made of, row by row; none for sources and aggregates.
  std::vector<std::shared_ptr<TableState>> above;
  /// True for joins: they can tell old values only if those above do, even with a store of their own.
  bool joins = false;

  [[nodiscard]] bool materialized() const noexcept { return !store.empty(); }
  /// Has a source keep its rows from now on; nothing for other tables.
  void materialize();
  /// Makes the changes of the table bear old values if someone keeps its rows; with `force` sources begin to.
  /// False when nobody does.
  bool enableSendingOldValues(bool force);
};

/// The stores behind two views together, each once, in the order in which Java's HashSet of them iterates.
[[nodiscard]] std::vector<std::string> joinedStoreNames(const std::vector<std::string>& left,
                                                        const std::vector<std::string>& right);

}  // namespace widgetstream::detail
