// expect: RecordPredicate<F, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.filterNot([calls = 0](const std::int64_t&) mutable { return ++calls > 1; });
}
