// Uses something compiled of the core and of every component.
#include <iostream>
#include <string>

#include "widgetstream/connectors/mongo_sink.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/query/cursor.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/manual_clock.hpp"

int main() {
  try {
    const widgetstream::ManualClock clock;
    widgetstream::InMemoryBroker broker;
    (void)widgetstream::decodeCursor("no cursor");
  } catch (const widgetstream::Error& no_cursor) {
    try {
      (void)widgetstream::mongoSink<std::string, std::string>({.uri = "no uri", .database = "", .collection = ""});
    } catch (const widgetstream::Error& no_uri) {
      std::cout << "package ok\n";
    }
  }
}
