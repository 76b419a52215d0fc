// expect: PrintsRecords<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

struct NoText {};

void draw(KStream<std::string, NoText> stream) {
  stream.print(Printed::toSysOut());
}
