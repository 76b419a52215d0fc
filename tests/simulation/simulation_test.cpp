// Several instances of one application, simulated from seeds. A seed that fails is run alone with
//   build/<preset>/tests/simulation --from <seed> --seeds 1 --trace

#include "tests/simulation/simulation.hpp"

#include <gtest/gtest.h>

namespace widgetstream::simulation {
namespace {

constexpr std::uint64_t seeds_a_test = 100;

class Simulation : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, HoldsWhateverGoesWrong) {
  for (std::uint64_t seed = GetParam(); seed < GetParam() + seeds_a_test; ++seed) {
    EXPECT_NO_THROW((void)simulate(seed)) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Simulation, ::testing::Range<std::uint64_t>(0, 2000, seeds_a_test));

TEST(SimulationOfASeed, RepeatsItself) {
  for (const std::uint64_t seed : {1U, 17U, 42U}) {
    const SimulationResult first = simulate(seed);
    const SimulationResult again = simulate(seed);
    EXPECT_EQ(first.digest, again.digest) << "seed " << seed;
    EXPECT_EQ(first.rebalances, again.rebalances);
  }
}

TEST(SimulationOfASeed, IsOneInWhichThingsHappen) {
  SimulationResult sum;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const SimulationResult result = simulate(seed);
    sum.inputs += result.inputs;
    sum.crashes += result.crashes;
    sum.rebalances += result.rebalances;
  }
  EXPECT_GT(sum.inputs, 1000);
  EXPECT_GT(sum.crashes, 20);
  EXPECT_GT(sum.rebalances, 100);
}

}  // namespace
}  // namespace widgetstream::simulation
