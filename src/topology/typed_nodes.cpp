#include "widgetstream/topology/typed_nodes.hpp"

#include "widgetstream/core/error.hpp"
#include "widgetstream/core/type_name.hpp"

namespace widgetstream::detail {

void throwNoSerde(const std::string& user, const std::type_info& type) {
  throw Error{ErrorKind::invalid_topology,
              "'" + user + "' needs a serde for " + typeName(type) +
                  ", which has no default one: describe the type by Describe, specialize DefaultSerde, or name a serde "
                  "in Consumed, Produced, Grouped, Repartitioned or Materialized"};
}

}  // namespace widgetstream::detail
