// expect: InnerJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> left, KStream<std::string, std::int64_t> right) {
  (void)left.join(right, [](const std::string& l, const std::string& r) { return l + r; },
                  JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{1}));
}
