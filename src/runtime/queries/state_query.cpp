#include "widgetstream/runtime/state_query.hpp"

#include <typeinfo>

#include "widgetstream/core/type_name.hpp"

namespace widgetstream::detail {

std::optional<QueryRefusal> refusalOf(const QueryTarget& target, std::int32_t partition, const StateStore* store,
                                      const Position& position) {
  const std::string what = "partition " + std::to_string(partition) + " of store '" + target.store + "'";
  if (!store)
    return QueryRefusal{FailureReason::not_active, what + " is being restored from its changelog: ask again later"};
  if (!target.require_active && !position.reaches(target.bound, partition))
    return QueryRefusal{FailureReason::not_up_to_bound,
                        what + " has not got as far as the query's position bound: ask again later"};
  return std::nullopt;
}

QueryRefusal notPresent(const QueryTarget& target, std::int32_t partition) {
  return {FailureReason::not_present, "partition " + std::to_string(partition) + " of store '" + target.store +
                                          "' is not in this process"};
}

std::string kindOf(const StateStore& store) {
  return typeName(typeid(store));
}

std::string handledIn(const std::string& kind, std::chrono::nanoseconds took) {
  return "handled in " + kind + " in " + std::to_string(took.count()) + " ns";
}

}  // namespace widgetstream::detail
