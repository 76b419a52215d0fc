// expect: this partitioner (P) does not fit the key and value types (K, V)
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  struct Other {
    int part;
  };
  (void)stream.repartition(Repartitioned::as("x").partitionedBy(&Other::part));
}
