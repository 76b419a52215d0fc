#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"

namespace widgetstream::golden {

/// A record of the corpus; `step` counts in outputs only.
struct CorpusRecord {
  std::int64_t step = 0;
  std::string topic;
  NullableBytes key;
  NullableBytes value;
  /// nullopt: the producer dates the record, so any time is right.
  std::optional<std::int64_t> timestamp = 0;
  Headers headers;

  friend bool operator==(const CorpusRecord& left, const CorpusRecord& right);
};
void PrintTo(const CorpusRecord& record, std::ostream* out);

using WallClockStep = Milliseconds;
using CorpusStep = std::variant<CorpusRecord, WallClockStep>;

struct CorpusStore {
  std::string name;
  std::string kind;
  std::vector<RawStoreEntry> entries;

  friend bool operator==(const CorpusStore&, const CorpusStore&) = default;
};
void PrintTo(const CorpusStore& store, std::ostream* out);

/// One file of data/: what Java Kafka Streams made of a topology and its input.
struct CorpusCase {
  std::string name;
  /// `run`, `describe` or `error`.
  std::string mode;
  std::size_t cache_max_bytes = 0;
  std::int64_t initial_wall_clock_ms = 0;
  bool skips_bad_bytes = false;
  std::string describe;
  std::vector<CorpusStep> steps;
  std::vector<CorpusRecord> outputs;
  std::vector<CorpusStore> stores;
  std::uint64_t dropped_records = 0;
  /// Of mode `error`: the step that fails; nullopt when building fails.
  std::optional<std::size_t> failing_step;
};

/// Names of the files in data/, without `.json`, in order.
[[nodiscard]] std::vector<std::string> corpusNames();
[[nodiscard]] CorpusCase readCorpusCase(const std::string& name);

[[nodiscard]] TopologyTestDriverOptions driverOptions(const CorpusCase& of, bool stores_in_memory);
void doStep(TopologyTestDriver& driver, const CorpusStep& step);
/// What the driver has sent from a sequence number on, as outputs of `step`.
[[nodiscard]] std::vector<CorpusRecord> sentBy(const TopologyTestDriver& driver, std::uint64_t from_sequence,
                                               std::int64_t step);
[[nodiscard]] std::vector<CorpusStore> storesOf(const TopologyTestDriver& driver);

}  // namespace widgetstream::golden
