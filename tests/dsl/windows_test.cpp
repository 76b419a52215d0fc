// tests/dsl/windows_test.cpp — which windows a time falls into, and which windows nobody can want.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "widgetstream/core/error.hpp"
#include "widgetstream/dsl/emit_strategy.hpp"
#include "widgetstream/dsl/session_windows.hpp"
#include "widgetstream/dsl/sliding_windows.hpp"
#include "widgetstream/dsl/time_windows.hpp"
#include "widgetstream/dsl/unlimited_windows.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <FixedWindows W>
std::vector<std::string> windowsAt(const W& windows, std::int64_t millis) {
  std::vector<std::string> found;
  for (const Window& window : windows.windowsFor(fromMillis(millis))) found.push_back(toString(window));
  return found;
}

std::string refusal(const std::function<void()>& make) {
  try {
    make();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    return error.what();
  }
  return "nothing was refused";
}

TEST(TumblingWindows, FollowEachOtherSinceTheEpoch) {
  const auto windows = TimeWindows::ofSizeWithNoGrace(100ms);
  EXPECT_THAT(windowsAt(windows, 0), ElementsAre("0/100"));
  EXPECT_THAT(windowsAt(windows, 99), ElementsAre("0/100"));
  EXPECT_THAT(windowsAt(windows, 100), ElementsAre("100/200"));
}

TEST(TumblingWindows, HoldNothingFromBeforeTheEpoch) {
  EXPECT_THAT(windowsAt(TimeWindows::ofSizeWithNoGrace(100ms), -1), IsEmpty());
}

TEST(HoppingWindows, OverlapSoThatARecordBelongsToSeveralInOrderOfTheirStart) {
  const auto windows = TimeWindows::ofSizeAndGrace(100ms, 7ms).advanceBy(40ms);
  EXPECT_THAT(windowsAt(windows, 125), ElementsAre("40/140", "80/180", "120/220"));
  EXPECT_THAT(windowsAt(windows, 120), ElementsAre("40/140", "80/180", "120/220"));
  EXPECT_THAT(windowsAt(windows, 119), ElementsAre("40/140", "80/180"));
  EXPECT_EQ(windows.gracePeriod(), 7ms);
}

TEST(HoppingWindows, BeginAtTheEpochAndNotBefore) {
  EXPECT_THAT(windowsAt(TimeWindows::ofSizeWithNoGrace(100ms).advanceBy(40ms), 45), ElementsAre("0/100", "40/140"));
}

TEST(HoppingWindows, OfTwoTimesAreEqualWhenTheyAreTheSameWindows) {
  const auto windows = TimeWindows::ofSizeWithNoGrace(100ms).advanceBy(40ms);
  EXPECT_EQ(windows.windowsFor(fromMillis(121)), windows.windowsFor(fromMillis(139)));
  EXPECT_NE(windows.windowsFor(fromMillis(121)), windows.windowsFor(fromMillis(141)));
  EXPECT_EQ(windows.windowsFor(fromMillis(-1)), windows.windowsFor(fromMillis(-50)));
}

TEST(AllWindows, TakeAnyDurationThatIsWholeMilliseconds) {
  EXPECT_EQ(TimeWindows::ofSizeAndGrace(5min, 1s), TimeWindows::ofSizeAndGrace(300'000ms, 1'000ms));
}

TEST(AllWindows, EndAtTheLargestTimeThereIs) {
  const auto windows = TimeWindows::ofSizeWithNoGrace(Milliseconds::max());
  EXPECT_THAT(windowsAt(windows, 5), ElementsAre("0/9223372036854775807"));
}

TEST(UnlimitedWindows, HoldEverythingFromTheirStartOn) {
  const auto windows = UnlimitedWindows::of().startOn(fromMillis(50));
  EXPECT_THAT(windowsAt(windows, 49), IsEmpty());
  EXPECT_THAT(windowsAt(windows, 50), ElementsAre("50/9223372036854775807"));
  EXPECT_THAT(windowsAt(UnlimitedWindows::of(), 7), ElementsAre("0/9223372036854775807"));
}

TEST(TimeWindows, RefuseASizeThatHoldsNothing) {
  EXPECT_THAT(refusal([] { (void)TimeWindows::ofSizeWithNoGrace(0ms); }), HasSubstr("size 0 ms"));
  EXPECT_THAT(refusal([] { (void)TimeWindows::ofSizeAndGrace(-5ms, 1ms); }), HasSubstr("size -5 ms"));
}

TEST(TimeWindows, RefuseAStepThatLeavesGapsOrNeverEnds) {
  const auto windows = TimeWindows::ofSizeWithNoGrace(100ms);
  EXPECT_THAT(refusal([&] { (void)windows.advanceBy(101ms); }),
              AllOf(HasSubstr("size 100 ms"), HasSubstr("advance by 101 ms")));
  EXPECT_THAT(refusal([&] { (void)windows.advanceBy(0ms); }), HasSubstr("advance by 0 ms"));
}

TEST(AllWindows, RefuseANegativeGracePeriod) {
  EXPECT_THAT(refusal([] { (void)TimeWindows::ofSizeAndGrace(1ms, -1ms); }), HasSubstr("-1 ms for TimeWindows"));
  EXPECT_THAT(refusal([] { (void)SlidingWindows::ofTimeDifferenceAndGrace(1ms, -1ms); }),
              HasSubstr("-1 ms for SlidingWindows"));
  EXPECT_THAT(refusal([] { (void)SessionWindows::ofInactivityGapAndGrace(1ms, -1ms); }),
              HasSubstr("-1 ms for SessionWindows"));
}

TEST(SlidingWindows, RefuseATimeDifferenceThatIsNone) {
  EXPECT_THAT(refusal([] { (void)SlidingWindows::ofTimeDifferenceWithNoGrace(0ms); }), HasSubstr("difference of 0 ms"));
}

TEST(SessionWindows, RefuseANegativeGap) {
  EXPECT_THAT(refusal([] { (void)SessionWindows::ofInactivityGapWithNoGrace(-1ms); }), HasSubstr("gap of -1 ms"));
  EXPECT_EQ(SessionWindows::ofInactivityGapWithNoGrace(0ms).inactivityGap(), 0ms);
}

TEST(UnlimitedWindows, RefuseAStartBeforeTheEpoch) {
  EXPECT_THAT(refusal([] { (void)UnlimitedWindows::of().startOn(fromMillis(-1)); }), HasSubstr("before 1970"));
}

TEST(EmitStrategy, IsOnUpdateOrOnClose) {
  EXPECT_EQ(EmitStrategy::onWindowClose().type(), EmitStrategy::Type::on_window_close);
  EXPECT_NE(EmitStrategy::onWindowClose(), EmitStrategy::onWindowUpdate());
}

}  // namespace
}  // namespace widgetstream
