// expect: AggregatorOf<F, K, V, A>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> numbers, KStream<std::string, std::string> texts) {
  numbers.groupByKey()
      .cogroup([](const std::int64_t& value, const double& sum) { return sum + static_cast<double>(value); })
      .cogroup(texts.groupByKey(), [](const std::string& value, const std::string& sum) { return sum + value; });
}
