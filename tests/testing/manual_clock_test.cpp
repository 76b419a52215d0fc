// ManualClock: time stands still until the test moves it.
#include "widgetstream/testing/manual_clock.hpp"

#include <gtest/gtest.h>

namespace widgetstream {
namespace {

using std::chrono::microseconds;

TEST(ManualClock, StartsWhereItIsToldAndStandsStill) {
  const ManualClock clock{fromMillis(5000)};
  EXPECT_EQ(clock.now(), fromMillis(5000));
  EXPECT_EQ(clock.elapsed(), std::chrono::nanoseconds{0});
}

TEST(ManualClock, AdvancesBothTimes) {
  ManualClock clock;
  clock.advance(Milliseconds{70});
  EXPECT_EQ(clock.now(), fromMillis(70));
  EXPECT_EQ(clock.elapsed(), Milliseconds{70});
}

TEST(ManualClock, KeepsWholeMillisecondsOnTheWallClock) {
  ManualClock clock;
  clock.advance(microseconds{1500});
  EXPECT_EQ(clock.now(), fromMillis(1));
  EXPECT_EQ(clock.elapsed(), microseconds{1500});
}

TEST(ManualClock, ElapsedTimeDoesNotNoticeAWallClockThatIsSetBack) {
  ManualClock clock{fromMillis(100)};
  clock.advance(Milliseconds{10});
  clock.setNow(fromMillis(50));
  EXPECT_EQ(clock.now(), fromMillis(50));
  EXPECT_EQ(clock.elapsed(), Milliseconds{10});
}

}  // namespace
}  // namespace widgetstream
