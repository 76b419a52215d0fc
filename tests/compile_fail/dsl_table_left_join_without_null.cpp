// expect: LeftJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> left, KTable<std::string, std::string> right) {
  (void)left.leftJoin(right, [](std::int64_t value, const std::string& other) { return other.size() + value; });
}
