// expect: an ordered key is made of text, integers, bool, Timestamp
#include "widgetstream/serde/ordered.hpp"

int main() {
  widgetstream::Bytes out;
  widgetstream::OrderedSerde<std::pair<std::string, double>>{}.encode({"a", 1.0}, out);
}
