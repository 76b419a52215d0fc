// expect: this serde (S) is not one of the key or value type it is named for (T)
// expect: dsl_stream_wrong_serde.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  StreamsBuilder{}.stream<std::string, std::string>("in", Consumed::with(StringSerde{}, LongSerde{})).to("out");
}
