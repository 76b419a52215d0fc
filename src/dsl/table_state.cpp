#include "widgetstream/dsl/operators/table_state.hpp"

#include "topology/java_collections.hpp"

namespace widgetstream::detail {

void TableState::materialize() {
  if (!materialized() && get_store) store = get_store();
}

bool TableState::enableSendingOldValues(bool force) {
  if (send_old_values) return true;
  if (joins) {
    for (const auto& table : above) table->enableSendingOldValues(true);
    return send_old_values = true;
  }
  if (force) materialize();
  if (materialized()) return send_old_values = true;
  for (const auto& table : above) send_old_values = table->enableSendingOldValues(force) || send_old_values;
  return send_old_values;
}

std::vector<std::string> joinedStoreNames(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  JavaHashSet names = JavaHashSet::withCapacity(left.size() + right.size());
  for (const std::string& name : left) names.add(name);
  for (const std::string& name : right) names.add(name);
  return names.inOrder();
}

}  // namespace widgetstream::detail
