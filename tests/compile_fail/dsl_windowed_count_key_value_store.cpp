// expect: this store (S) is not of the kind that the operator keeps (Supplier)
// expect: dsl_windowed_count_key_value_store.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey()
      .windowedBy(TimeWindows::ofSizeWithNoGrace(std::chrono::seconds{10}))
      .count(Materialized::as(inMemoryKeyValueStore("counts")));
}
