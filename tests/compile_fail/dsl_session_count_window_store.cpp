// expect: this store (S) is not of the kind that the operator keeps (Supplier)
// expect: dsl_session_count_window_store.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  const std::chrono::seconds gap{10};
  (void)stream.groupByKey()
      .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(gap))
      .count(Materialized::as(inMemoryWindowStore("counts", gap, gap)));
}
