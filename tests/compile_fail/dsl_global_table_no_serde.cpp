// expect: globalTable<K, V>(topic) needs default serdes of K and V
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

struct NoSerdeAtAll {};

void draw(StreamsBuilder builder) {
  static_cast<void>(builder.globalTable<std::string, NoSerdeAtAll>("topic"));
}
