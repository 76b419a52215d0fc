// expect: ReducerOf<Subtract, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KGroupedTable<std::string, std::int64_t> groups) {
  (void)groups.reduce([](std::int64_t one, std::int64_t other) { return one + other; },
                      [](std::int64_t, std::int64_t) { return std::string{}; });
}
