// expect: LeftJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::string> left, KTable<std::string, std::string> right) {
  (void)left.leftJoin(right, [](const std::string& value) { return value; },
                      [](const std::string& value, const std::string& other) { return value + other; });
}
