// expect: RecordMapper<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> table) {
  (void)table.toStream([](const std::string& value) { return value; });
}
