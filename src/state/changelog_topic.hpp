#pragma once

#include <string>

#include "widgetstream/state/state_store.hpp"

namespace widgetstream::detail {

/// `<changelog topic>` of `<changelog topic>-<partition>`; the name the topic would have for a store without one.
[[nodiscard]] inline std::string changelogTopic(const StoreContext& context, const std::string& store) {
  std::string partition = context.changelogPartition(store);
  if (partition.empty()) return context.applicationId() + "-" + store + "-changelog";
  partition.erase(partition.rfind('-'));
  return partition;
}

}  // namespace widgetstream::detail
