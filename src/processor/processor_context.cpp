#include "widgetstream/processor/processor_context.hpp"

#include "widgetstream/core/type_name.hpp"
#include "widgetstream/state/read_only_store.hpp"

namespace widgetstream {

void AnyProcessorContext::forward(const AnyRecord& record, std::string_view child) {
  for (AnyNode* node : children_) {
    if (node->name() == child) {
      node->process(record);
      return;
    }
  }
  std::string children;
  for (const AnyNode* node : children_) children += (children.empty() ? "" : ", ") + node->name();
  throw Error{ErrorKind::invalid_topology, "processor '" + nodeName() + "' forwards to '" + std::string{child} +
                                               "', which is not a child of it; its children are: " +
                                               (children.empty() ? "none" : children)};
}

AppConfigs AnyProcessorContext::appConfigsWithPrefix(std::string_view prefix) const {
  const AppConfigs& all = appConfigs();
  AppConfigs found;
  for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix); ++at) {
    found.emplace(at->first.substr(prefix.size()), at->second);
  }
  return found;
}

void AnyProcessorContext::refuseTimestamp(Timestamp timestamp) const {
  throw Error{ErrorKind::bad_record, "processor '" + nodeName() + "' forwards a record with the negative timestamp " +
                                         std::to_string(toMillis(timestamp)) +
                                         "; give it a time, context().currentStreamTime() or "
                                         "context().currentSystemTime() where there is no input record"};
}

void AnyProcessorContext::throwWrongStoreType(const StateStore& found, const std::type_info& asked) const {
  const std::string asks =
      "processor '" + nodeName() + "' asks for store '" + found.name() + "' as " + typeName(asked) + ", but ";
  if (dynamic_cast<const ReadOnlyStore*>(&found)) {
    throw Error{ErrorKind::invalid_topology,
                asks + "it is a global store, which only its own processor may write: ask for a ReadOnly... store of the "
                       "types of its builder"};
  }
  throw Error{ErrorKind::invalid_topology,
              asks + "the store was built with other types; use the types of its builder"};
}

}  // namespace widgetstream
