// How often aggregates that emit on window close look for results, and what they note of it.

#include "widgetstream/dsl/operators/close_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/processor/recording_context.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

class WatchForClosedWindows : public ::testing::Test {
 protected:
  WatchForClosedWindows() {
    context.emit_interval = 1s;
    context.system_time = fromMillis(5000);
  }
  detail::CloseWatch begun() {
    detail::CloseWatch watch;
    watch.init(context, "counts");
    return watch;
  }

  processor_test::RecordingContext context;
};

TEST_F(WatchForClosedWindows, IsDueAtOnceAndThenOnceAnInterval) {
  auto watch = begun();
  EXPECT_TRUE(watch.isDue(fromMillis(10)));
  context.system_time += 999ms;
  EXPECT_FALSE(watch.isDue(fromMillis(10)));
  context.system_time += 1ms;
  EXPECT_TRUE(watch.isDue(fromMillis(10)));
}

TEST_F(WatchForClosedWindows, CountsTheIntervalFromNowSoThatAClockThatLeaptCausesNoBurst) {
  auto watch = begun();
  EXPECT_TRUE(watch.isDue(fromMillis(10)));
  context.system_time += 1h;
  EXPECT_TRUE(watch.isDue(fromMillis(10)));
  EXPECT_FALSE(watch.isDue(fromMillis(10)));
}

TEST_F(WatchForClosedWindows, IsNotDueUnlessTheTimeAtWhichWindowsCloseHasMovedOn) {
  auto watch = begun();
  ASSERT_TRUE(watch.isDue(fromMillis(10)));
  watch.emitted(fromMillis(10), 0);
  context.system_time += 1s;
  EXPECT_FALSE(watch.isDue(fromMillis(10)));
  context.system_time += 1s;
  EXPECT_TRUE(watch.isDue(fromMillis(11)));
}

TEST_F(WatchForClosedWindows, AnIntervalOfZeroIsEachRecord) {
  context.emit_interval = 0ms;
  auto watch = begun();
  EXPECT_TRUE(watch.isDue(fromMillis(10)));
  EXPECT_TRUE(watch.isDue(fromMillis(10)));
}

TEST_F(WatchForClosedWindows, NotesHowFarItCameAndGoesOnFromThere) {
  auto watch = begun();
  EXPECT_EQ(watch.last(), no_timestamp);
  watch.emitted(fromMillis(10), 3);
  EXPECT_EQ(context.metrics().total("widgetstream_window_results_total"), 3U);
  EXPECT_THAT(context.metadata, ElementsAre(Pair("counts", 10)));
  EXPECT_EQ(begun().last(), fromMillis(10));
}

TEST_F(WatchForClosedWindows, WithoutAContextIsNeverDue) {
  detail::CloseWatch watch;
  EXPECT_FALSE(watch.isDue(fromMillis(10)));
}

}  // namespace
}  // namespace widgetstream
