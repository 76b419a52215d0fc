// expect: SerdeFor<S, T>
#include "widgetstream/serde/builtin_serdes.hpp"
#include "widgetstream/serde/serde.hpp"

int main() {
  widgetstream::Serde<std::string> serde{widgetstream::LongSerde{}};
  (void)serde;
}
