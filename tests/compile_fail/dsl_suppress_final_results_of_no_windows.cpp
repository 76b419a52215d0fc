// expect: WindowedKeyTraits
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::string> table) {
  (void)table.suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()));
}
