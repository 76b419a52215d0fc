#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {

/// A topology whose records Java's bytes were recorded of (data/bytes_golden.txt), and its input: texts, each with the
/// header "<header>": "H" if it has one.
struct ByteRun {
  struct Input {
    std::string topic;
    std::string key;
    std::optional<std::string> value;
    std::int64_t timestamp = 0;
    std::string header = {};
  };
  std::function<Topology()> build;
  std::vector<Input> inputs;
};

/// By the names in the file.
using ByteRuns = std::map<std::string, ByteRun>;

[[nodiscard]] const ByteRuns& byteRuns();
void addTableBytes(ByteRuns& to);

}  // namespace widgetstream::golden
