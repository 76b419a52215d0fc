// expect: GroupSelector<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> table) {
  (void)table.groupBy([](std::int64_t value) { return value; });
}
