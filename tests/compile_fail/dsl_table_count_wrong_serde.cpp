// expect: this serde (S) is not one of the key or value type it is named for (T)
// expect: dsl_table_count_wrong_serde.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KGroupedTable<std::string, std::int64_t> groups) {
  (void)groups.count(Materialized::with(StringSerde{}, StringSerde{}));
}
