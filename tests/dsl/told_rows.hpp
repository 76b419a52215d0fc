#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/dsl/dsl_test.hpp"

// What models of aggregates are compared with: what a table told, and what is left of it.

namespace widgetstream::dsl_test {

/// What a table tells of a row: its key, the aggregate, and its time.
using Told = std::tuple<Text, std::optional<Text>, std::int64_t>;
using Rows = std::map<Text, std::pair<Text, std::int64_t>>;

/// What was sent to "out" since the last call.
inline std::vector<Told> told(Pipeline& run) {
  std::vector<Told> all;
  for (const auto& record : run.records()) all.emplace_back(*record.key, record.value, toMillis(record.timestamp));
  return all;
}

/// The last of what was told of each row.
inline Rows compacted(const std::vector<Told>& all) {
  Rows rows;
  for (const auto& [key, value, at] : all) {
    rows.erase(key);
    if (value) rows[key] = {*value, at};
  }
  return rows;
}

}  // namespace widgetstream::dsl_test
