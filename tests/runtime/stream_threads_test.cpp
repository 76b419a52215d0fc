// Stream threads come and go, and tasks move between them within the process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Not;
using ::testing::Optional;

class StreamThreads : public SteppedCounting {
 protected:
  StreamsConfig withThreads(int count, const std::string& instance = "one") const {
    StreamsConfig config = cluster.config(instance);
    config.num_stream_threads = count;
    return config;
  }
  static std::uint64_t restored(SteppedInstance& app) {
    return app.runtime().metrics().total("kafka_streams_stream_state_updater_metrics_restore_records_total");
  }
  bool runUntilTasks(SteppedInstance& app, const std::vector<std::size_t>& of_threads) {
    return cluster.runUntil([&] { return tasksOfThreads(app) == of_threads; });
  }
};

TEST_F(StreamThreads, TasksMoveToAnAddedThreadWithoutARebalanceAndWithoutARestore) {
  SteppedInstance& app = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  sendAll(2);
  ASSERT_TRUE(runUntilOutputs(16));
  const auto generation = cluster.broker.generation("app");
  const auto states = app.states;

  EXPECT_THAT(settled(app.runtime().coordinator().addThread()), Optional(EndsWith("-StreamThread-2")));
  ASSERT_TRUE(runUntilTasks(app, {2, 2}));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(24));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 24U) << "a move repeats nothing";
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "3") << key;
  EXPECT_EQ(restored(app), 0U);
  EXPECT_EQ(cluster.broker.generation("app"), generation);
  EXPECT_EQ(app.states, states) << "it has been running all the time";
}

TEST_F(StreamThreads, TasksOfARemovedThreadGoOnElsewhereInTheProcess) {
  SteppedInstance& app = started(withThreads(2));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  sendAll(2);
  ASSERT_TRUE(runUntilOutputs(16));
  const auto generation = cluster.broker.generation("app");

  EXPECT_THAT(settled(app.runtime().coordinator().removeThread()), Optional(EndsWith("-StreamThread-2")));
  ASSERT_TRUE(runUntilTasks(app, {4}));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(24));
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "3") << key;
  EXPECT_EQ(restored(app), 0U);
  EXPECT_EQ(cluster.broker.generation("app"), generation);
}

TEST_F(StreamThreads, AFreeIndexIsUsedAgain) {
  SteppedInstance& app = started(withThreads(2));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_THAT(settled(app.runtime().coordinator().removeThread()), Optional(EndsWith("-2")));
  EXPECT_THAT(settled(app.runtime().coordinator().addThread()), Optional(EndsWith("-2")));
  EXPECT_THAT(settled(app.runtime().coordinator().addThread()), Optional(EndsWith("-3")));
  EXPECT_TRUE(runUntilTasks(app, {2, 1, 1}));
}

TEST_F(StreamThreads, AMovedTaskKeepsRecordsThatWaitAndItsPunctuators) {
  SteppedInstance& app = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  auto change = app.runtime().coordinator().addThread();
  for (int round = 0; round < 50; ++round) {
    sendAll();
    app.step();
    cluster.clock.advance(Milliseconds{1});
  }
  ASSERT_TRUE(runUntilOutputs(400));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 400U);
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "50") << key;
  EXPECT_THAT(tasksOfThreads(app), ElementsAre(2, 2));
}

TEST_F(StreamThreads, ATaskMovesInTheMiddleOfItsRestore) {
  SteppedInstance& first = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(first));
  for (int i = 0; i < 3'000; ++i) send("key" + std::to_string(i));
  ASSERT_TRUE(runUntilOutputs(3'000));
  ASSERT_TRUE(cluster.close(first));

  SteppedInstance& second = started(withThreads(1, "two"));
  ASSERT_TRUE(cluster.runUntil([&] { return restored(second) > 0; }));
  ASSERT_LT(restored(second), 3'000U);
  (void)settled(second.runtime().coordinator().addThread());
  ASSERT_TRUE(cluster.runUntilRunning(second));
  ASSERT_TRUE(runUntilTasks(second, {2, 2}));
  EXPECT_EQ(restored(second), 3'000U) << "what was restored is not restored again";
  send("key7");
  ASSERT_TRUE(runUntilOutputs(3'001));
  EXPECT_EQ(lastOutput("key7"), "2");
}

TEST_F(StreamThreads, MovesAndRebalancesMayComeTogether) {
  SteppedInstance& one = started(withThreads(2, "one"));
  ASSERT_TRUE(cluster.runUntilRunning(one));
  sendAll(2);
  ASSERT_TRUE(runUntilOutputs(16));
  auto added = one.runtime().coordinator().addThread();
  auto removed = one.runtime().coordinator().removeThread();
  SteppedInstance& two = started(withThreads(1, "two"));
  ASSERT_TRUE(cluster.runUntilRunning(two));
  EXPECT_TRUE(settled(std::move(added)));
  EXPECT_TRUE(settled(std::move(removed)));
  ASSERT_TRUE(cluster.runUntilRunning(one));
  ASSERT_TRUE(cluster.runUntil([&] { return one.runtime().stores()->partitions("counts").size() == 2; }));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(24));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 24U);
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "3") << key;
}

TEST_F(StreamThreads, ATaskMovesAsItIsWhenItsCommitDoesNotGetThrough) {
  SteppedInstance& app = started(withThreads(2));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.setAcknowledgementsHeld(true);
  sendAll();
  cluster.runFor(Milliseconds{50});
  EXPECT_TRUE(settled(app.runtime().coordinator().removeThread()));
  ASSERT_TRUE(runUntilTasks(app, {4}));
  cluster.broker.setAcknowledgementsHeld(false);
  sendAll();
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 16; }));
  EXPECT_EQ(outputs(), 16U);
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "2") << key;
}

TEST_F(StreamThreads, AnInstanceWithoutThreadsLeavesItsGroupUntilOneIsAdded) {
  SteppedInstance& app = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(8));
  EXPECT_TRUE(settled(app.runtime().coordinator().removeThread()));
  ASSERT_TRUE(cluster.runUntil([&] { return cluster.broker.members("app").empty(); }));
  EXPECT_EQ(committed(), 8) << "its tasks are committed first";
  EXPECT_EQ(app.state(), StreamsState::rebalancing);

  EXPECT_TRUE(settled(app.runtime().coordinator().addThread()));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(16));
  for (const std::string& key : keys) EXPECT_EQ(lastOutput(key), "2") << key;
}

TEST_F(StreamThreads, NoneIsAddedOrRemovedWhenTheApplicationEnds) {
  SteppedInstance& app = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_TRUE(cluster.close(app));
  EXPECT_EQ(app.runtime().coordinator().addThread().get(), std::nullopt);
  EXPECT_EQ(app.runtime().coordinator().removeThread().get(), std::nullopt);
}

TEST_F(StreamThreads, TellWhichTasksTheyHaveAndHowFarTheyAre) {
  SteppedInstance& app = started(withThreads(2));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a", 3);
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 3; }));
  cluster.runFor(Milliseconds{200});
  std::int64_t committed = 0;
  std::int64_t end = 0;
  std::size_t tasks = 0;
  for (const auto& thread : app.runtime().threads().all()) {
    const ThreadMetadata metadata = thread->view().metadata();
    EXPECT_THAT(metadata.thread_name, Not(::testing::IsEmpty()));
    EXPECT_EQ(toString(metadata.thread_state), "RUNNING");
    for (const TaskMetadata& task : metadata.active_tasks) {
      ++tasks;
      EXPECT_EQ(task.topic_partitions.size(), 1U);
      for (const auto& [partition, offset] : task.committed_offsets) committed += offset;
      for (const auto& [partition, offset] : task.end_offsets) end += offset;
    }
  }
  EXPECT_EQ(tasks, 4U);
  EXPECT_EQ(committed, 3);
  EXPECT_EQ(end, 3);
}

TEST_F(StreamThreads, WorkOnNothingWhilePausedButCommitAndStayInTheGroup) {
  SteppedInstance& app = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(8));
  app.runtime().pause();
  sendAll();
  cluster.runFor(Milliseconds{10'000});
  EXPECT_EQ(outputs(), 8U);
  EXPECT_EQ(committed(), 8);
  EXPECT_EQ(cluster.broker.members("app").size(), 1U);
  EXPECT_EQ(app.state(), StreamsState::running);
  app.runtime().resume();
  EXPECT_TRUE(runUntilOutputs(16));
}

TEST_F(StreamThreads, RestoreNothingWhilePaused) {
  SteppedInstance& first = started(withThreads(1));
  ASSERT_TRUE(cluster.runUntilRunning(first));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(8));
  ASSERT_TRUE(cluster.close(first));
  SteppedInstance& second = cluster.add(counting(), withThreads(1, "two"));
  second.runtime().pause();
  second.start();
  cluster.runFor(Milliseconds{2'000});
  EXPECT_EQ(restored(second), 0U);
  EXPECT_TRUE(second.runtime().isPaused());
  second.runtime().resume();
  EXPECT_TRUE(cluster.runUntilRunning(second));
  EXPECT_EQ(restored(second), 8U);
}

}  // namespace
}  // namespace widgetstream
