// expect: OuterJoiner<F, K, V, VO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> left, KStream<std::string, std::string> right) {
  (void)left.outerJoin(right, [](const std::string& l, Nullable<std::string>) { return l; },
                       JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{1}));
}
