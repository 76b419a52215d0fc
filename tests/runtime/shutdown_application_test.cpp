// One instance shuts down the whole application.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/coordination/shutdown_notice.hpp"
#include "runtime/task/offset_metadata.hpp"
#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

using ::testing::HasSubstr;

class ShutdownApplication : public SteppedCounting {
 protected:
  SteppedInstance& instance(const std::string& name) {
    SteppedInstance& app =
        started(cluster.config(name), inMemoryKeyValueStore("counts"), [](std::exception_ptr, std::string_view) {
          return UncaughtExceptionResponse::shutdown_application;
        });
    EXPECT_TRUE(cluster.runUntilRunning(app));
    return app;
  }
  bool commitSomething() {
    sendAll();
    return cluster.runUntil([&] { return committed() == 8; });
  }
  /// Another record, whose output ends the application.
  void burn() {
    cluster.broker.failNextSends(1, ErrorKind::fatal, "disk on fire", "out");
    send("a");
  }
  bool runUntilFinished(const std::vector<SteppedInstance*>& all) {
    return cluster.runUntil([&] {
      return std::all_of(all.begin(), all.end(), [](SteppedInstance* app) { return app->finished(); });
    });
  }
};

TEST_F(ShutdownApplication, EndsEveryInstance) {
  SteppedInstance& one = instance("one");
  SteppedInstance& two = instance("two");
  SteppedInstance& three = instance("three");
  ASSERT_TRUE(cluster.runUntilRunning(one));
  ASSERT_TRUE(commitSomething());
  burn();
  ASSERT_TRUE(runUntilFinished({&one, &two, &three}));
  for (SteppedInstance* app : {&one, &two, &three}) {
    app->runtime().tearDown();
    EXPECT_EQ(app->state(), StreamsState::error);
  }
  EXPECT_TRUE(cluster.broker.members("app").empty());
}

TEST_F(ShutdownApplication, IsHeardAlsoWhenNothingHasBeenCommittedYet) {
  SteppedInstance& one = instance("one");
  SteppedInstance& two = instance("two");
  ASSERT_TRUE(cluster.runUntilRunning(one));
  burn();
  ASSERT_TRUE(runUntilFinished({&one, &two}));
}

TEST_F(ShutdownApplication, DoesNotOutliveARestartAndLosesNothing) {
  SteppedInstance& one = instance("one");
  SteppedInstance& two = instance("two");
  ASSERT_TRUE(cluster.runUntilRunning(one));
  ASSERT_TRUE(commitSomething());
  burn();
  ASSERT_TRUE(runUntilFinished({&one, &two}));
  one.runtime().tearDown();
  two.runtime().tearDown();

  SteppedInstance& again = instance("one");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 9; }));
  EXPECT_EQ(lastOutput("a"), "3") << "at least once: the record was counted before its output failed";
  EXPECT_EQ(again.state(), StreamsState::running);
}

TEST_F(ShutdownApplication, TellsTheOthersWhy) {
  SteppedInstance& one = instance("one");
  SteppedInstance& two = instance("two");
  ASSERT_TRUE(cluster.runUntilRunning(one));
  burn();
  ASSERT_TRUE(runUntilFinished({&one, &two}));
  const std::string reasons = one.runtime().waitingFor() + two.runtime().waitingFor();
  EXPECT_THAT(reasons, HasSubstr("disk on fire"));
  EXPECT_THAT(reasons, HasSubstr("another instance has shut down the whole application"));
}

TEST(ShutdownNotice, TravelsInTheMetadataOfAnUnchangedOffset) {
  const std::string before = encodeOffsetMetadata({fromMillis(5'000), {{"window", 7}}});
  const CommittedOffset offset = shutdown_notice::in({42, before}, 3);
  EXPECT_EQ(offset.offset, 42);
  const OffsetMetadata metadata = decodeOffsetMetadata(offset.metadata);
  EXPECT_EQ(metadata.partition_time, fromMillis(5'000));
  EXPECT_EQ(metadata.processor.at("window"), 7);
  EXPECT_EQ(shutdown_notice::find({{{"in", 0}, offset}, {{"in", 1}, {7, before}}}), 3);
  EXPECT_EQ(shutdown_notice::find({{{"in", 1}, {7, before}}}), std::nullopt);
}

}  // namespace
}  // namespace widgetstream
