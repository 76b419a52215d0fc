// expect: KeySelectorFor<S, KT, K, V>
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KStream<std::string, std::string> stream, GlobalKTable<std::int64_t, std::string> table) {
  (void)stream.join(table, [](const std::string& v) { return v; },
                    [](const std::string& v, const std::string& row) { return v + row; });
}
