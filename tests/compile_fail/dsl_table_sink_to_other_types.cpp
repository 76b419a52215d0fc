// expect: SinkSupplier
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> table) {
  table.sinkTo(SinkSupplier<std::string, std::string>{});
}
