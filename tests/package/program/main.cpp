// A word count, driven by the testing kit, and something compiled of each other component.
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "widgetstream/connectors/mongo_sink.hpp"
#include "widgetstream/query/cursor.hpp"
#include "widgetstream/registry/registry_json_serde.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

std::vector<std::string> wordsOf(const std::string& line) {
  std::istringstream in{line};
  return std::vector<std::string>(std::istream_iterator<std::string>{in}, {});
}

int main() {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>("lines")
      .flatMapValues(wordsOf)
      .groupBy([](const std::string& word) { return word; })
      .count(Materialized::as("counts"))
      .toStream()
      .to("word-counts");
  TopologyTestDriver driver{builder.build()};
  driver.input<std::string, std::string>("lines").pipe("", "to be or not to be");
  const auto counts = driver.output<std::string, std::int64_t>("word-counts").readMap();

  const Serde<std::string> of_registry = RegistryJsonSerde<std::string>{mockSchemaRegistryClient()};
  Bytes registered;
  of_registry.encode("be", SerdeContext{.topic = "words"}, registered);
  bool refused = false;
  try {
    (void)mongoSink<std::string, std::string>({.uri = "no uri", .database = "words", .collection = "counts"});
  } catch (const Error& error) {
    refused = error.kind() == ErrorKind::invalid_config;
  }
  const Bytes position = "be";
  const bool works = counts.at("be") == 2 && refused && decodeCursor(encodeCursor(position)) == position &&
                     registered.size() == 9 &&
                     cachedSchemaRegistryClient({.urls = {"https://localhost:8081"}}) != nullptr;
  std::cout << (works ? "package ok\n" : "package broken\n");
}
