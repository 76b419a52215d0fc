// Runs seeds of the simulation: more than the tests do, or a single one with all its steps told.
//   simulation [--seeds 10000] [--from 0] [--steps 400] [--trace]

#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/simulation/simulation.hpp"

int main(int argc, char** argv) {
  using namespace widgetstream::simulation;
  std::uint64_t seeds = 10'000;
  std::uint64_t from = 0;
  SimulationOptions options;
  CLI::App app{"Several instances of one application, simulated from seeds"};
  app.add_option("--seeds", seeds, "How many");
  app.add_option("--from", from, "The first one");
  app.add_option("--steps", options.steps, "Steps in which things go wrong");
  app.add_flag("--trace", options.trace, "Tell each step");
  CLI11_PARSE(app, argc, argv);

  std::uint64_t broken = 0;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    try {
      const SimulationResult result = simulate(seed, options);
      if (seeds == 1)
        std::cout << "seed " << seed << ": " << result.inputs << " inputs, " << result.crashes << " crashes, "
                  << result.rebalances << " rebalances, digest " << result.digest << '\n';
    } catch (const std::exception& error) {
      ++broken;
      std::cout << error.what() << std::endl;
    }
  }
  std::cout << seeds << " seeds, " << broken << " broken" << std::endl;
  return broken == 0 ? 0 : 1;
}
