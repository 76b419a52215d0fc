#include "tests/simulation/simulation.hpp"

#include "tests/simulation/world.hpp"

namespace widgetstream::simulation {

SimulationResult simulate(std::uint64_t seed, const SimulationOptions& options) {
  World world{seed, options};
  return world.run();
}

}  // namespace widgetstream::simulation
