// expect: SessionMergerOf<M, K, A>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey()
      .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(std::chrono::seconds{10}))
      .aggregate([] { return std::string{}; }, [](const std::int64_t&, const std::string& so_far) { return so_far; },
                 [](const std::string& one) { return one; });
}
