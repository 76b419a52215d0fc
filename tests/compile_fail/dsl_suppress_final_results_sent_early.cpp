// expect: EagerBufferConfig
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<Windowed<std::string>, std::string> table) {
  (void)table.suppress(Suppressed::untilWindowCloses(BufferConfig::maxRecords(10)));
}
