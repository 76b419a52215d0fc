#pragma once

#include <functional>
#include <utility>

#include "tests/dsl/dsl_test.hpp"

// What the tests of grouped tables share: the table of "in", its rows grouped by the first letter of their values.

namespace widgetstream::dsl_test {

inline std::pair<Text, Text> byFirstLetter(const Text& value) {
  return {value.substr(0, 1), value};
}
inline Text added(const Text& aggregate, const Text& value) {
  return aggregate + "+" + value;
}
inline Text subtracted(const Text& aggregate, const Text& value) {
  return aggregate + "-" + value;
}

/// The groups, and what `draw` makes of them.
struct Grouping : Pipeline {
  using Draw = std::function<void(KGroupedTable<Text, Text>)>;
  explicit Grouping(const Draw& draw, TopologyTestDriverOptions options = noCache())
      : Pipeline(drawn([&](StreamsBuilder& builder) { draw(builder.table<Text, Text>("in").groupBy(byFirstLetter)); }),
                 std::move(options)) {}
};

inline void countGroups(KGroupedTable<Text, Text> groups) {
  groups.count(Materialized::as("sizes")).toStream().to("out");
}
inline void reduceGroups(KGroupedTable<Text, Text> groups) {
  groups.reduce(added, subtracted, Materialized::as("sums")).toStream().to("out");
}

}  // namespace widgetstream::dsl_test
