// expect: LeftJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> left, KStream<std::string, std::string> right) {
  (void)left.leftJoin(right, [](const std::string& l, const std::string& r) { return l + r; },
                      JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{1}));
}
