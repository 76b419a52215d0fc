#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"

// What the tests of operators share: short type names, one way to draw a topology, one way to look at an error.

namespace widgetstream::dsl_test {

using Text = std::string;
using Long = std::int64_t;
using Texts = KStream<Text, Text>;

inline constexpr auto null = std::nullopt;

/// The topology that `draw` makes.
inline Topology drawn(const std::function<void(StreamsBuilder&)>& draw) {
  StreamsBuilder builder;
  draw(builder);
  return builder.build();
}

/// The topology that `draw` makes of the stream of texts on topic "in".
inline Topology texts(const std::function<void(const Texts&)>& draw) {
  return drawn([&](StreamsBuilder& builder) { draw(builder.stream<Text, Text>("in")); });
}

/// What `draw` or build() is refused with; empty when the topology is accepted.
inline std::string refusal(const std::function<void(StreamsBuilder&)>& draw) {
  try {
    static_cast<void>(drawn(draw));
  } catch (const Error& error) {
    return (error.kind() == ErrorKind::invalid_topology ? "" : "not invalid_topology: ") + std::string{error.what()};
  }
  return {};
}

/// Options under which a record that fails is skipped, and told.
struct Watched {
  TopologyTestDriverOptions options;
  /// "node: message", in order.
  std::shared_ptr<std::vector<std::string>> errors = std::make_shared<std::vector<std::string>>();

  Watched() {
    options.processing_handler = [all = errors](const ErrorContext& where, std::exception_ptr,
                                                std::string_view message) {
      all->push_back(std::string{where.node} + ": " + std::string{message});
      return ErrorAction::skip;
    };
  }
};

/// Without a cache: each update of a table is forwarded.
inline TopologyTestDriverOptions noCache() {
  TopologyTestDriverOptions options;
  options.cache_max_bytes = 0;
  return options;
}

/// A topology at work, with texts on topic "in" as its input.
class Pipeline {
 public:
  explicit Pipeline(const Topology& topology, TopologyTestDriverOptions options = {})
      : driver(topology, std::move(options)), in(driver.input<Text, Text>("in")) {}

  /// Everything that was sent to a topic since the last call.
  template <class V = Text, class K = Text>
  std::vector<TestKeyValue<K, V>> sent(const std::string& topic = "out") {
    return driver.output<K, V>(topic).readAll();
  }
  /// The same with timestamps and headers.
  template <class V = Text, class K = Text>
  std::vector<TestRecord<K, V>> records(const std::string& topic = "out") {
    return driver.output<K, V>(topic).readAllRecords();
  }

  TopologyTestDriver driver;
  TestInputTopic<Text, Text> in;
};

/// A text record with everything.
inline TestRecord<Text, Text> record(Text key, Text value, std::int64_t at, Headers headers = {}) {
  return {std::move(key), std::move(value), fromMillis(at), std::move(headers)};
}

/// The names of the topics that the application makes for itself, without changelogs.
inline std::vector<std::string> internalTopics(const Topology& topology) {
  std::vector<std::string> names;
  for (const auto& [name, topic] : topology.graph().internal_topics) names.push_back(name);
  return names;
}

/// The names of a topology's nodes, in the order in which they were added.
inline std::vector<std::string> nodeNames(const Topology& topology) {
  std::vector<std::string> names;
  for (const GraphNode& node : topology.graph().nodes) names.push_back(node.name);
  return names;
}

}  // namespace widgetstream::dsl_test
