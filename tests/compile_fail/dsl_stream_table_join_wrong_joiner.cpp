// expect: InnerJoiner<F, K, V, VT>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> stream, KTable<std::string, std::int64_t> table) {
  (void)stream.join(table, [](const std::string& v, const std::string& row) { return v + row; });
}
