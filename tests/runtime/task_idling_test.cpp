// Which input a task takes next, and how long it waits for one that is empty (contract 8.2).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_cluster.hpp"
#include "tests/runtime/task_bench.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;

class TaskIdling : public ::testing::Test {
 protected:
  Task& begin(Milliseconds max_task_idle) {
    bench.environment.max_task_idle = max_task_idle;
    return bench.start();
  }
  void left(std::int64_t offset, std::int64_t millis) { bench.give({offset, "l", std::to_string(millis), millis, {}}, 0); }
  void right(std::int64_t offset, std::int64_t millis) { bench.give({offset, "r", std::to_string(millis), millis, {}}, 1); }
  std::vector<std::string> out() {
    bench.commit();
    return bench.written("out");
  }

  TaskBench bench{twoInputs()};
};

TEST_F(TaskIdling, TheSmallestTimestampGoesFirst) {
  begin(Milliseconds{0});
  left(0, 10);
  left(1, 30);
  right(0, 20);
  bench.task().reachedEnd(0, 2);
  bench.task().reachedEnd(1, 1);
  EXPECT_EQ(bench.processAll(), 3U);
  EXPECT_THAT(out(), ElementsAre("l=10@10", "r=20@20", "l=30@30"));
}

TEST_F(TaskIdling, AnInputThatMayHaveMoreIsWaitedFor) {
  begin(Milliseconds{0});
  left(0, 10);
  EXPECT_EQ(bench.processAll(), 0U) << "nothing is known of the other one";
  bench.task().reachedEnd(1, 0);
  EXPECT_EQ(bench.processAll(), 1U);
  left(1, 20);
  bench.task().queues()[1].fellBehind();
  EXPECT_EQ(bench.processAll(), 0U) << "the broker is known to have more of it";
}

TEST_F(TaskIdling, AnEmptyInputIsWaitedForOnceAndNotForEveryRecord) {
  Task& task = begin(Milliseconds{500});
  task.reachedEnd(1, 0);
  left(0, 10);
  left(1, 11);
  left(2, 12);
  EXPECT_EQ(bench.processAll(), 0U);
  EXPECT_EQ(task.idleSince(), bench.clock.now());
  bench.clock.advance(Milliseconds{500});
  EXPECT_EQ(bench.processAll(), 3U);
  EXPECT_EQ(task.idleSince(), std::nullopt);
}

TEST_F(TaskIdling, TheTimeCountsFromWhenTheInputWasSeenEmpty) {
  Task& task = begin(Milliseconds{500});
  task.reachedEnd(0, 0);
  task.reachedEnd(1, 0);
  EXPECT_EQ(bench.processAll(), 0U);
  bench.clock.advance(Milliseconds{500});
  left(0, 10);
  EXPECT_EQ(bench.processAll(), 1U) << "the other one has been empty for long enough";
}

TEST_F(TaskIdling, ARecordOfTheEmptyInputBeginsTheWaitAnew) {
  Task& task = begin(Milliseconds{500});
  task.reachedEnd(1, 0);
  left(0, 10);
  (void)bench.processAll();
  bench.clock.advance(Milliseconds{500});
  right(0, 5);
  EXPECT_EQ(bench.processAll(), 1U) << "the one that was waited for";
  task.reachedEnd(1, 1);
  EXPECT_EQ(bench.processAll(), 0U);
  bench.clock.advance(Milliseconds{500});
  EXPECT_EQ(bench.processAll(), 1U);
  EXPECT_THAT(out(), ElementsAre("r=5@5", "l=10@10"));
}

TEST_F(TaskIdling, AMinusOneWaitsForNothing) {
  begin(Milliseconds{-1});
  left(0, 10);
  EXPECT_EQ(bench.processAll(), 1U);
}

/// On a broker, where records of one input may be behind thousands of another's.
TEST(TaskIdlingOnABroker, TakesRecordsInOrderOfTimeWhateverTheFetchBringsFirst) {
  SteppedCluster cluster;
  for (const char* topic : {"left", "right", "out"}) cluster.broker.createTopic(topic);
  SteppedInstance& app = cluster.add(twoInputs(), cluster.config());
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  std::size_t sent = 0;
  for (int round = 0; round < 6; ++round) {
    const std::int64_t base = 1'000'000 * (round + 1);
    const bool left_is_long = round % 2 == 0;
    for (int i = 0; i < 4'500; ++i)
      cluster.broker.append(left_is_long ? "left" : "right", "k", "x", fromMillis(base + 100 + i));
    cluster.broker.append(left_is_long ? "right" : "left", "k", "first", fromMillis(base));
    sent += 4'501;
    ASSERT_TRUE(cluster.runUntil([&] { return cluster.broker.records("out").size() == sent; }));
  }
  Timestamp last{};
  for (const BrokerRecord& record : cluster.broker.records("out")) {
    ASSERT_GE(record.timestamp, last) << "offset " << record.offset;
    last = record.timestamp;
  }
}

}  // namespace
}  // namespace widgetstream
