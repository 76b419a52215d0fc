// The machine's clocks.
#include "widgetstream/core/clock.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

TEST(SystemClock, TellsTheTimeOfTheMachine) {
  const auto before = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  const Timestamp now = systemClock().now();
  const auto after = std::chrono::system_clock::now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, after);
}

TEST(SystemClock, ElapsedNeverGoesBack) {
  const auto first = systemClock().elapsed();
  EXPECT_GE(systemClock().elapsed(), first);
}

}  // namespace
}  // namespace widgetstream
