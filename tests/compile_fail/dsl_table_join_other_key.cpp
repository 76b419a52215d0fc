// expect: no matching function for call to
// expect: dsl_table_join_other_key.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> left, KTable<std::int64_t, std::int64_t> right) {
  (void)left.join(right, [](std::int64_t value, std::int64_t other) { return value + other; });
}
