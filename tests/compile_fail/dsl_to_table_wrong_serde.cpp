// expect: this serde (S) is not one of the key or value type it is named for (T)
// expect: dsl_to_table_wrong_serde.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.toTable(Materialized::with(LongSerde{}, LongSerde{}));
}
