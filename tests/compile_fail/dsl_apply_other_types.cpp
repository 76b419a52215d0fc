// expect: invocable<F, const widgetstream::KStream<K, V>&>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::int64_t> stream) {
  stream.apply([](const KStream<std::string, std::string>& other) { return other; });
}
