// expect: OuterJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> left, KTable<std::string, std::string> right) {
  (void)left.outerJoin(right, [](std::int64_t value, Nullable<std::string>) { return value; });
}
