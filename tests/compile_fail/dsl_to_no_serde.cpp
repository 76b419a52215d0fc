// expect: to(topic) needs default serdes
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  struct Undescribed {};
  stream.mapValues([](const std::int64_t&) { return Undescribed{}; }).to("out");
}
