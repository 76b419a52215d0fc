#include "widgetstream/dsl/store_choice.hpp"

namespace widgetstream::detail {

StoreBuilder surroundedAs(const MaterializedOptions& how, StoreBuilder made) {
  made.caching = how.caching;
  made.logging = how.logging;
  made.log_config = how.log_config;
  return made;
}

std::string settleStore(MaterializedOptions& how, StreamsGraph& graph, std::string_view prefix) {
  std::string name = how.name.empty() ? graph.newStoreName(prefix) : how.name;
  checkName(name, "store");
  if (!how.dsl_store_suppliers) how.dsl_store_suppliers = graph.config().dsl_store_suppliers;
  return name;
}

void attachStore(DslNode& node, StoreBuilder store) {
  node.nodes.back().stores.push_back(store.name);
  node.stores.push_back(std::move(store));
}

}  // namespace widgetstream::detail
