#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {

/// Tables of "left" and "right" and what `draw` makes of them, with texts to both topics.
struct Joined {
  using Draw = std::function<void(const KTable<Text, Text>& left, const KTable<Text, Text>& right)>;

  explicit Joined(const Draw& draw, TopologyTestDriverOptions options = noCache())
      : driver(drawn([&](StreamsBuilder& builder) {
                 const auto left_table = builder.table<Text, Text>("left");
                 draw(left_table, builder.table<Text, Text>("right"));
               }),
               std::move(options)) {}

  std::vector<TestKeyValue<Text, Text>> sent() { return driver.output<Text, Text>("out").readAll(); }
  std::vector<TestRecord<Text, Text>> records() { return driver.output<Text, Text>("out").readAllRecords(); }

  TopologyTestDriver driver;
  TestInputTopic<Text, Text> left = driver.input<Text, Text>("left");
  TestInputTopic<Text, Text> right = driver.input<Text, Text>("right");
};

/// What Java's + makes of a text that may be null.
inline Text shown(Nullable<Text> text) {
  return text.value_or("null");
}

/// A tombstone with its time.
inline TestRecord<Text, Text> tombstone(Text key, std::int64_t at) {
  return {std::move(key), std::nullopt, fromMillis(at), {}};
}

}  // namespace widgetstream::dsl_test
