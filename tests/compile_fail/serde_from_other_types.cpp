// expect: SerializerOf
#include <string>

#include "widgetstream/serde/serdes.hpp"

int main() {
  // The one function takes text, the other gives a number.
  (void)widgetstream::Serdes::serdeFrom([](const std::string& text) { return text; },
                                        [](widgetstream::BytesView bytes) { return static_cast<int>(bytes.size()); });
}
