#include <iostream>

#include "widgetstream/widgetstream.hpp"

int main() {
  widgetstream::StreamsBuilder builder;
  builder.table<std::string, std::int64_t>("stock", widgetstream::Materialized::as("stock")).toStream().to("changes");
  const auto topology = builder.build();
  // The runtime is reached, and the engines behind it are linked, though no broker is there to talk to.
  try {
    widgetstream::KafkaStreams app{topology, widgetstream::StreamsConfig{}};
  } catch (const widgetstream::Error& error) {
    if (error.kind() == widgetstream::ErrorKind::invalid_config) std::cout << "package ok\n";
  }
}
