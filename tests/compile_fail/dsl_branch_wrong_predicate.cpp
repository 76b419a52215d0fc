// expect: RecordPredicate<P, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  stream.split().branch([](const std::string& value) { return value.empty(); }).noDefaultBranch();
}
