// expect: PrintsRecords<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  stream.print(Printed::toSysOut().withKeyValueMapper([](std::int64_t) { return std::pair{1, 2}; }));
}
