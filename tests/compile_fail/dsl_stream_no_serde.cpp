// expect: stream<K, V>(topic) needs default serdes
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  struct Undescribed {};
  (void)StreamsBuilder{}.stream<std::string, Undescribed>("in");
}
