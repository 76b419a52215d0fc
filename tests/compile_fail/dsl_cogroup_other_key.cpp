// expect: no matching function for call to
// expect: dsl_cogroup_other_key.cpp
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> one, KStream<std::int64_t, std::int64_t> other) {
  const auto sum = [](const std::int64_t& value, const std::int64_t& so_far) { return so_far + value; };
  one.groupByKey().cogroup(sum).cogroup(other.groupByKey(), sum);
}
