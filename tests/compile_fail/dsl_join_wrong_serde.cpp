// expect: this serde (S) is not one of the key or value type it is named for (T)
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> left, KStream<std::string, std::int64_t> right) {
  (void)left.join(right, [](const std::string& l, std::int64_t) { return l; },
                  JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{1}),
                  StreamJoined::with(StringSerde{}, StringSerde{}, StringSerde{}));
}
