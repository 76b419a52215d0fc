// expect: this serde (S) is not one of the key or value type it is named for (T)
// expect: dsl_table_group_by_wrong_serde.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> table) {
  (void)table.groupBy([](const std::string& key, std::int64_t value) { return std::pair{value, key}; },
                      Grouped::with(StringSerde{}, LongSerde{}));
}
