// expect: ReducerOf<F, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey()
      .windowedBy(SlidingWindows::ofTimeDifferenceWithNoGrace(std::chrono::seconds{10}))
      .reduce([](const std::string& one, const std::string&) { return one; });
}
