// expect: InitializerOf
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey()
      .cogroup([](const std::int64_t& value, const std::int64_t& so_far) { return so_far + value; })
      .aggregate([] { return std::string{"nothing"}; });
}
