#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace widgetstream::simulation {

/// What does not hold, in which seed and at which step.
class InvariantBroken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct SimulationOptions {
  /// Steps in which things go wrong; then everything heals, and what must hold in the end is looked at.
  int steps = 400;
  /// Each step, and each record that comes of it, is told on standard error.
  bool trace = false;
};

/// What a seed came to.
struct SimulationResult {
  std::uint64_t digest = 0;  ///< of everything that lies in topics and groups: equal for two runs of a seed
  std::int64_t inputs = 0;
  std::int64_t crashes = 0;
  std::int64_t rebalances = 0;
};

/// Runs several instances of one application in this thread: they start, leave, die at any call of a client, sleep and
/// wake, lose answers, and have slow or failing disks, all as the seed has it.
///
/// Errors  InvariantBroken
SimulationResult simulate(std::uint64_t seed, const SimulationOptions& options = {});

}  // namespace widgetstream::simulation
