#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/random.hpp"
#include "widgetstream/state/store_engine.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream::simulation {

/// Everything a key has been given, by the numbers of its input records.
using Seen = std::set<std::int64_t>;
[[nodiscard]] std::string toText(const Seen& seen);
/// Errors  std::invalid_argument for what toText() does not write
[[nodiscard]] Seen seenIn(const std::string& text);

/// A topology whose results tell what went into them, and what they must be in the end.
///
/// Topics   "in", four partitions: a key and the number of the record, which is its value. "out": key and toText() of
///          everything the key has been given so far.
class Workload {
 public:
  virtual ~Workload() = default;

  /// The topology, with each store's engine opened by `open`.
  [[nodiscard]] virtual Topology topology(OpenEngine open) const = 0;
  /// Names of the topics that its tasks read besides "in".
  [[nodiscard]] virtual std::vector<std::string> internalTopics() const = 0;
  /// The store whose entries are the results, and that of a key in it.
  [[nodiscard]] virtual std::string store() const = 0;
  /// The key that an input record ends up under; nullopt when it is dropped on the way.
  [[nodiscard]] virtual std::optional<std::string> keyOf(const std::optional<std::string>& key,
                                                         std::int64_t number) const = 0;
};

/// One of the workloads, as the seed has it.
[[nodiscard]] std::unique_ptr<Workload> makeWorkload(Random& random);

/// Every so many input records one is poison: its processor throws. It goes to the dead letters.
inline constexpr std::int64_t poison_every = 37;

}  // namespace widgetstream::simulation
