// expect: AggregatorOf<Subtract, K, V, A>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KGroupedTable<std::string, std::int64_t> groups) {
  (void)groups.aggregate([] { return std::string{}; },
                         [](std::int64_t, const std::string& aggregate) { return aggregate; },
                         [](const std::string&, std::int64_t value) { return value; });
}
