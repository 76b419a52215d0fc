// expect: InnerJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> left, KTable<std::string, std::string> right) {
  (void)left.join(right, [](const std::string& value, const std::string& other) { return value + other; });
}
