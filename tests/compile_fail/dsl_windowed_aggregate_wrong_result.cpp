// expect: AggregatorOf<F, K, V, A>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey()
      .windowedBy(TimeWindows::ofSizeWithNoGrace(std::chrono::seconds{10}))
      .aggregate([] { return 0.5; }, [](const std::int64_t&, double) { return std::string{}; });
}
