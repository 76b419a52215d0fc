// An application and its group, step by step in one thread: start, rebalance, crash, restore, close.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StreamsRuntimeTest : public SteppedCounting {
 protected:
  SteppedInstance& startedInstance(const std::string& name = "one",
                                   KeyValueStoreSupplier store = inMemoryKeyValueStore("counts")) {
    return started(cluster.config(name), std::move(store));
  }
};

TEST_F(StreamsRuntimeTest, MakesItsTopicsJoinsAndProcesses) {
  SteppedInstance& app = startedInstance();
  send("a", 2);
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_TRUE(runUntilOutputs(2));
  EXPECT_EQ(lastOutput("a"), "2");
  EXPECT_EQ(cluster.broker.partitionCount("app-counts-changelog"), 4);
  EXPECT_EQ(cluster.broker.topicConfigs("app-counts-changelog")->at("cleanup.policy"), "compact");
  EXPECT_THAT(app.states, ElementsAre(StreamsState::rebalancing, StreamsState::running));
}

TEST_F(StreamsRuntimeTest, CommitsAtTheCommitInterval) {
  SteppedInstance& app = startedInstance();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a", 3);
  ASSERT_TRUE(runUntilOutputs(3));
  EXPECT_TRUE(cluster.runUntil([&] { return committed() == 3; }, 200));
}

TEST_F(StreamsRuntimeTest, CommitsAndLeavesOnClose) {
  SteppedInstance& app = startedInstance();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a", 3);
  ASSERT_TRUE(runUntilOutputs(3));
  ASSERT_TRUE(cluster.close(app));
  EXPECT_EQ(committed(), 3);
  EXPECT_TRUE(cluster.broker.members("app").empty());
  EXPECT_EQ(app.state(), StreamsState::not_running);
}

TEST_F(StreamsRuntimeTest, GoesOnAfterARestartWithTheStateOfBefore) {
  SteppedInstance& first = startedInstance();
  send("a", 3);
  ASSERT_TRUE(cluster.runUntilRunning(first));
  ASSERT_TRUE(runUntilOutputs(3));
  ASSERT_TRUE(cluster.close(first));

  SteppedInstance& second = startedInstance();  // an in-memory store: everything comes from the changelog
  ASSERT_TRUE(cluster.runUntilRunning(second));
  send("a");
  ASSERT_TRUE(runUntilOutputs(4));
  EXPECT_EQ(lastOutput("a"), "4");
}

TEST_F(StreamsRuntimeTest, ReadsAgainWhatACrashLeftUncommittedAndRemovesItsDeadPredecessor) {
  const auto rocksdb = [] { return persistentKeyValueStore("counts"); };
  SteppedInstance& first = startedInstance("one", rocksdb());
  ASSERT_TRUE(cluster.runUntilRunning(first));
  send("a", 3);
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 3; }));
  send("a");
  ASSERT_TRUE(runUntilOutputs(4));
  const std::int64_t committed_at_crash = committed();
  cluster.destroy(first);

  SteppedInstance& second = startedInstance("one", rocksdb());
  const Timestamp restarted = cluster.clock.now();
  ASSERT_TRUE(cluster.runUntilRunning(second));
  EXPECT_LT(cluster.clock.now() - restarted, Milliseconds{1'000}) << "it waited for the session of the dead member";
  EXPECT_EQ(cluster.broker.members("app").size(), 1U);
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 4; }));
  EXPECT_EQ(outputs(), 4U + static_cast<std::size_t>(4 - committed_at_crash));
}

TEST_F(StreamsRuntimeTest, SharesItsTasksWithASecondInstanceAndTakesThemBackWhenItLeaves) {
  SteppedInstance& one = startedInstance("one");
  ASSERT_TRUE(cluster.runUntilRunning(one));
  EXPECT_EQ(one.runtime().stores()->partitions("counts").size(), 4U);

  SteppedInstance& two = startedInstance("two");
  ASSERT_TRUE(cluster.runUntilRunning(two));
  ASSERT_TRUE(cluster.runUntilRunning(one));
  EXPECT_EQ(one.runtime().stores()->partitions("counts").size(), 2U);
  EXPECT_EQ(two.runtime().stores()->partitions("counts").size(), 2U);

  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) send(key, 2);
  ASSERT_TRUE(runUntilOutputs(16));
  ASSERT_TRUE(cluster.close(two));
  ASSERT_TRUE(cluster.runUntil([&] { return one.runtime().stores()->partitions("counts").size() == 4; }));
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) send(key);
  ASSERT_TRUE(runUntilOutputs(24));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 24U) << "a clean handover repeats nothing";
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) EXPECT_EQ(lastOutput(key), "3") << key;
}

TEST_F(StreamsRuntimeTest, GoesOnFromItsOwnPositionWhenTheCommitAtARevokeFails) {
  cluster.broker.setRebalanceRefusesCommits(true);
  StreamsConfig slow = cluster.config();
  slow.commit_interval = std::chrono::minutes{1};
  SteppedInstance& app = cluster.add(counting(), slow);
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a", 3);
  ASSERT_TRUE(runUntilOutputs(3));
  cluster.broker.rebalance("app");
  ASSERT_TRUE(cluster.runUntil([&] { return app.state() == StreamsState::rebalancing; }));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_EQ(committed(), 0);
  send("a");
  ASSERT_TRUE(runUntilOutputs(4));
  EXPECT_EQ(outputs(), 4U) << "nobody else can have worked on the task meanwhile";
  EXPECT_EQ(lastOutput("a"), "4");
}

TEST_F(StreamsRuntimeTest, StartsAnewFromTheCommittedOffsetWhenThrownOutOfTheGroup) {
  SteppedInstance& app = startedInstance();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a", 3);
  ASSERT_TRUE(runUntilOutputs(3));
  cluster.broker.expire("app", cluster.broker.members("app").at(0));
  ASSERT_TRUE(cluster.runUntil([&] { return app.state() == StreamsState::rebalancing; }));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 4; }));
}

TEST_F(StreamsRuntimeTest, WaitsForMissingInputTopicsAndSaysSo) {
  SteppedCluster empty;
  SteppedInstance& app = empty.add(counting(), empty.config());
  app.start();
  empty.runFor(Milliseconds{3'000});
  EXPECT_EQ(app.state(), StreamsState::rebalancing);
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("missing source topics: in"));
  empty.broker.createTopic("in", 2);
  EXPECT_TRUE(empty.runUntil([&] { return app.state() == StreamsState::running; }, 2'500));
}

TEST_F(StreamsRuntimeTest, WaitsForAClusterThatCannotBeReached) {
  cluster.broker.setUnavailable(true);
  SteppedInstance& app = startedInstance();
  cluster.runFor(Milliseconds{5'000});
  EXPECT_EQ(app.state(), StreamsState::rebalancing);
  cluster.broker.setUnavailable(false);
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

TEST_F(StreamsRuntimeTest, RefusesAnInternalTopicWithTheWrongNumberOfPartitions) {
  cluster.broker.createTopic("app-counts-changelog", 3);
  SteppedInstance& app = startedInstance();
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  app.runtime().tearDown();
  EXPECT_EQ(app.state(), StreamsState::error);
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("app-counts-changelog' has 3 partitions"));
}

TEST_F(StreamsRuntimeTest, EndsInErrorWhenAnInputTopicGrows) {
  SteppedInstance& app = startedInstance();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.addPartitions("in", 5);
  cluster.broker.rebalance("app");
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("topic 'in' has more partitions than the 4 it had"));
}

TEST_F(StreamsRuntimeTest, EndsInErrorWhenAnInputTopicIsDeletedButNotWhenItIsGoneForAMoment) {
  SteppedInstance& app = startedInstance();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  const auto remove = [&] { cluster.broker.admin({})->deleteTopics({"in"}, Milliseconds{0}); };
  remove();
  cluster.runFor(Milliseconds{2'000});
  cluster.broker.createTopic("in", 4);
  cluster.runFor(Milliseconds{10'000});
  EXPECT_FALSE(app.finished());
  remove();
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  app.runtime().tearDown();
  EXPECT_EQ(app.state(), StreamsState::error);
  EXPECT_THAT(app.runtime().waitingFor(), AllOf(HasSubstr("'in'"), HasSubstr("was deleted while the application ran")));
}

TEST_F(StreamsRuntimeTest, EndsInErrorWhenAProcessorThrows) {
  Topology topology;
  topology.addSource<std::string, std::string>("source", {"in"});
  topology.addProcessor("null", ProcessorSupplier<std::string, std::string>{[] { return nullptr; }}, {"source"});
  SteppedInstance& app = cluster.add(std::move(topology), cluster.config());
  std::string heard;
  app.start([&](std::exception_ptr error, std::string_view thread) {
    try {
      std::rethrow_exception(error);
    } catch (const Error& what) {
      heard = std::string{thread} + ": " + what.what();
    }
    return UncaughtExceptionResponse::shutdown_client;
  });
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  app.runtime().tearDown();
  EXPECT_THAT(heard, HasSubstr("StreamThread-1: the supplier of processor 'null' returned null"));
  EXPECT_THAT(app.states, ElementsAre(StreamsState::rebalancing, StreamsState::pending_error, StreamsState::error));
}

TEST_F(StreamsRuntimeTest, StartsAThreadAgainWhenTheHandlerSaysSo) {
  SteppedInstance& app = cluster.add(counting(), cluster.config());
  int failures = 0;
  app.start([&](std::exception_ptr, std::string_view) {
    ++failures;
    return UncaughtExceptionResponse::replace_thread;
  });
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.failNextSends(1, ErrorKind::fatal, "disk on fire", "out");
  send("a", 2);
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 2; }));
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(app.state(), StreamsState::running);
}

TEST_F(StreamsRuntimeTest, SpreadsItsTasksOverItsThreads) {
  StreamsConfig config = cluster.config();
  config.num_stream_threads = 3;
  SteppedInstance& app = cluster.add(counting(), config);
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"}) send(key);
  EXPECT_TRUE(runUntilOutputs(8));
  EXPECT_TRUE(cluster.close(app));
  EXPECT_EQ(committed(), 8);
}

TEST_F(StreamsRuntimeTest, TrimsRepartitionTopicsAfterCommits) {
  Topology topology;
  topology.addInternalTopic({"moved-repartition", std::nullopt});
  topology.addSource<std::string, std::string>("source", {"in"})
      .addSink<std::string, std::string>("move", "moved-repartition", {"source"})
      .addSource<std::string, std::string>("moved", {"moved-repartition"})
      .addSink<std::string, std::string>("sink", "out", {"moved"});
  StreamsConfig config = cluster.config();
  config.repartition_purge_interval = Milliseconds{300};
  SteppedInstance& app = cluster.add(std::move(topology), config);
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_EQ(cluster.broker.partitionCount("app-moved-repartition"), 4);
  send("a", 5);
  ASSERT_TRUE(runUntilOutputs(5));
  EXPECT_TRUE(cluster.runUntil([&] { return cluster.broker.records("app-moved-repartition").empty(); }, 2'000));
}

TEST_F(StreamsRuntimeTest, ProcessesNothingBeforeItsStoresAreWhole) {
  SteppedInstance& first = startedInstance();
  ASSERT_TRUE(cluster.runUntilRunning(first));
  send("a", 5'000);
  ASSERT_TRUE(runUntilOutputs(5'000));
  ASSERT_TRUE(cluster.close(first));
  send("a");
  SteppedInstance& second = startedInstance("two");
  ASSERT_TRUE(runUntilOutputs(5'001));
  EXPECT_EQ(lastOutput("a"), "5001");
  EXPECT_TRUE(cluster.runUntilRunning(second));
}

}  // namespace
}  // namespace widgetstream
