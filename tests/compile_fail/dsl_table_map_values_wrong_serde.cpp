// expect: this serde (S) is not one of the key or value type it is named for (T)
// expect: dsl_table_map_values_wrong_serde.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> table) {
  (void)table.mapValues([](const std::int64_t& value) { return value; },
                        Materialized::with(StringSerde{}, StringSerde{}));
}
