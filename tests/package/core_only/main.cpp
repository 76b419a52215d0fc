#include <iostream>

#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/json_value.hpp"
#include "widgetstream/state/stores.hpp"

int main() {
  (void)widgetstream::persistentKeyValueStore("orders");
  const widgetstream::Error error{widgetstream::ErrorKind::fatal, "package ok"};
  std::cout << error.what() << '\n';
}
