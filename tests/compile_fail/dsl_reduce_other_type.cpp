// expect: ReducerOf<F, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  (void)stream.groupByKey().reduce([](const std::int64_t&, const std::int64_t&) { return std::string{}; });
}
