#pragma once

#include <map>
#include <string>
#include <utility>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {

/// How many rows there are in each group, drawn: a group is the first letter of a row's value.
inline constexpr auto draw_group_counts = [](const auto& left, const auto&) {
  left.groupBy([](const Text& key, const Text& value) { return std::pair{value.substr(0, 1), key}; })
      .count()
      .filter([](Long count) { return count > 0; })
      .mapValues([](Long count) { return std::to_string(count); })
      .toStream()
      .to("out");
};

/// The same, counted.
[[nodiscard]] inline std::map<Text, Text> groupCounts(const std::map<Text, Text>& rows, const std::map<Text, Text>&) {
  std::map<Text, int> counts;
  for (const auto& [key, value] : rows) ++counts[value.substr(0, 1)];
  std::map<Text, Text> shown;
  for (const auto& [group, count] : counts) shown[group] = std::to_string(count);
  return shown;
}

}  // namespace widgetstream::dsl_test
