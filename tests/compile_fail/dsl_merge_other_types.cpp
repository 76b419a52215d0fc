// expect: merge
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.merge(stream.mapValues([](const std::int64_t&) { return "text"; }));
}
