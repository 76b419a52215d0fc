// expect: FixedWindows
// expect: dsl_windowed_by_no_windows.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey().windowedBy(std::chrono::seconds{10}).count();
}
