// expect: RecordPredicate<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.filter([](const std::string& value) { return value.empty(); });
}
