// expect: no matching function for call
// expect: dsl_materialize_no_name.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KGroupedStream<std::string, std::int64_t> grouped) {
  (void)grouped.materialize();
}
