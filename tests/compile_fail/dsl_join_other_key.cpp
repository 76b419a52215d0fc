// expect: no matching function
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> left, KStream<std::int64_t, std::string> right) {
  (void)left.join(right, [](const std::string& l, const std::string& r) { return l + r; },
                  JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{1}));
}
