// expect: this timestamp extractor (F) does not fit the key and value types (K, V)
// expect: dsl_consumed_wrong_extractor.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(StreamsBuilder& builder) {
  const auto of_a_text = [](const std::string&) { return Timestamp{}; };
  (void)builder.stream<std::string, std::int64_t>("in", Consumed{}.withTimestampExtractor(of_a_text));
}
