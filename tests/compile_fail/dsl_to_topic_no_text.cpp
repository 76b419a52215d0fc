// expect: TopicNameMapper<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  stream.to([](const std::int64_t& value) { return value; });
}
