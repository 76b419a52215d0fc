// expect: ForeignKeyExtractor<E, K, V, KO>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::int64_t> left, KTable<std::string, std::string> right) {
  (void)left.join(right, [](const std::int64_t& value) { return value; },
                  [](std::int64_t, const std::string& other) { return other; });
}
