// expect: this partitioner (P) does not fit the key and value types
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

void draw(KTable<std::string, std::string> left, KTable<std::string, std::string> right) {
  (void)left.join(right, [](const std::string& value) { return value; },
                  [](const std::string& value, const std::string&) { return value; },
                  TableJoined{}.withPartitioner([](const std::string& key) { return key.size(); }));
}
