// A process that slept, or was cut off, asks its group before it writes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Lease : public SteppedCounting {
 protected:
  SteppedInstance& working(const std::string& instance = "one") {
    SteppedInstance& app = started(cluster.config(instance));
    EXPECT_TRUE(cluster.runUntilRunning(app));
    sendAll(2);
    EXPECT_TRUE(runUntilOutputs(16));
    cluster.runFor(Milliseconds{200});
    EXPECT_EQ(committed(), 16);
    return app;
  }
  /// SIGSTOP: no step, no heartbeat.
  void stop(SteppedInstance& app) {
    member_ = cluster.broker.members("app").front();
    cluster.broker.setSilent("app", member_, true);
    app.crashed = true;
  }
  void wake(SteppedInstance& app) {
    cluster.broker.setSilent("app", member_, false);
    app.crashed = false;
  }
  /// Only the stream threads get to run.
  static void stepThreads(SteppedInstance& app, int times = 5) {
    for (int i = 0; i < times; ++i) {
      for (const auto& thread : app.runtime().threads().all()) thread->runOnce(Milliseconds{0});
    }
  }
  std::size_t everythingWritten() const { return cluster.broker.allRecords().size(); }

  std::string member_;
};

TEST_F(Lease, AProcessThatSleptPastItsSessionWritesNothingMore) {
  SteppedInstance& zombie = working("one");
  stop(zombie);
  SteppedInstance& heir = started(cluster.config("two"));
  ASSERT_TRUE(cluster.runUntilRunning(heir));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(24));
  send("a");  // the zombie will find this one when it fetches again
  const std::size_t written = everythingWritten();
  const auto offsets = cluster.broker.committed("app");

  wake(zombie);
  stepThreads(zombie);
  EXPECT_EQ(everythingWritten(), written);
  EXPECT_EQ(cluster.broker.committed("app"), offsets);
  EXPECT_THAT(tasksOfThreads(zombie), ElementsAre(0)) << "its tasks are others'";

  ASSERT_TRUE(cluster.runUntilRunning(zombie));
  ASSERT_TRUE(runUntilOutputs(25));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 25U);
  EXPECT_EQ(lastOutput("a"), "4");
}

TEST_F(Lease, AProcessThatSleptLessThanItsSessionAsksAndGoesOn) {
  SteppedInstance& app = working();
  const auto generation = cluster.broker.generation("app");
  stop(app);
  sendAll();
  cluster.clock.advance(Milliseconds{5'000});
  wake(app);
  ASSERT_TRUE(runUntilOutputs(24));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 24U) << "nothing is repeated";
  EXPECT_EQ(cluster.broker.generation("app"), generation);
  EXPECT_EQ(app.state(), StreamsState::running);
}

TEST_F(Lease, NothingIsWrittenWhileTheGroupDoesNotAnswer) {
  static_cast<void>(working());
  // Everything but the group is within reach.
  const std::string member = cluster.broker.members("app").front();
  cluster.broker.setSilent("app", member, true);
  cluster.clock.advance(Milliseconds{4'000});
  sendAll();
  cluster.runFor(Milliseconds{1'000});
  EXPECT_EQ(outputs(), 16U);
  cluster.broker.setSilent("app", member, false);
  ASSERT_TRUE(runUntilOutputs(24));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 24U);
}

TEST_F(Lease, TheGroupIsNotAskedWhileThereIsNothingToWrite) {
  SteppedInstance& app = working();
  std::size_t commits = 0;
  cluster.broker.setFaults([&](const BrokerCall& call) {
    if (call.kind == BrokerCall::Kind::commit) ++commits;
    return BrokerFault::none;
  });
  cluster.runFor(Milliseconds{20'000});
  EXPECT_EQ(commits, 0U);
  sendAll();
  ASSERT_TRUE(runUntilOutputs(24));
  EXPECT_EQ(commits, 1U) << "once, and not for each record";
  EXPECT_EQ(app.state(), StreamsState::running);
}

TEST_F(Lease, ANewGroupWithoutOffsetsIsAskedToo) {
  StreamsConfig config = cluster.config();
  config.commit_interval = Milliseconds{60'000};
  SteppedInstance& app = started(std::move(config));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.clock.advance(Milliseconds{4'000});
  sendAll(2);
  ASSERT_TRUE(runUntilOutputs(16));
  EXPECT_EQ(committed(), 0) << "the question moves nothing";
  EXPECT_THAT(cluster.broker.committed("app"), SizeIs(1));
  cluster.broker.expire("app", cluster.broker.members("app").front());
  cluster.clock.advance(Milliseconds{4'000});
  sendAll();
  stepThreads(app);
  EXPECT_EQ(outputs(), 16U);
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_TRUE(runUntilOutputs(16 + 24));
}

TEST_F(Lease, ACommitThatIsUnderWayWhenTheProcessSleepsWritesNothingAfterwards) {
  SteppedInstance& zombie = working("one");
  cluster.broker.setAcknowledgementsHeld(true);
  sendAll();
  ASSERT_TRUE(runUntilOutputs(24));
  cluster.runFor(Milliseconds{200});  // the commit waits for acknowledgements
  ASSERT_EQ(committed(), 16);
  stop(zombie);
  cluster.clock.advance(Milliseconds{6'000});
  SteppedInstance& heir = started(cluster.config("two"));
  cluster.broker.setAcknowledgementsHeld(false);
  ASSERT_TRUE(cluster.runUntilRunning(heir));
  ASSERT_TRUE(runUntilOutputs(32));
  cluster.runFor(Milliseconds{200});
  ASSERT_EQ(committed(), 24);
  send("a");
  ASSERT_TRUE(runUntilOutputs(33));
  const auto offsets = cluster.broker.committed("app");
  wake(zombie);
  stepThreads(zombie);
  EXPECT_EQ(cluster.broker.committed("app"), offsets);
  EXPECT_EQ(outputs(), 33U);
}

/// Passes records on; each takes as long as `takes` says.
class SlowProcessor final : public Processor<std::string, std::string> {
 public:
  using Processor<std::string, std::string>::process;
  SlowProcessor(ManualClock& clock, const Milliseconds& takes) : clock_(clock), takes_(takes) {}
  void process(const Record<std::string, std::string>& record) override {
    clock_.advance(takes_);
    context().forward(record);
  }

 private:
  ManualClock& clock_;
  const Milliseconds& takes_;
};

class LeaseOfSlowRecords : public Lease {
 protected:
  Topology passing() {
    Topology topology;
    topology.addSource<std::string, std::string>("source", {"in"})
        .addProcessor("slow",
                      ProcessorSupplier<std::string, std::string>{
                          [this] { return std::make_unique<SlowProcessor>(cluster.clock, takes); }},
                      {"source"})
        .addSink<std::string, std::string>("sink", "out", {"slow"});
    return topology;
  }

  Milliseconds takes{0};
};

TEST_F(LeaseOfSlowRecords, ARecordThatTakesLongerThanTheLeaseIsProcessedOnce) {
  SteppedInstance& app = cluster.add(passing(), cluster.config());
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  takes = Milliseconds{10'000};
  sendAll();
  ASSERT_TRUE(runUntilOutputs(8));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 8U);
  EXPECT_EQ(committed(), 8);
}

TEST_F(LeaseOfSlowRecords, WhatUserCodeForwardsAfterASleepPastTheSessionDoesNotGoOut) {
  SteppedInstance& app = cluster.add(passing(), cluster.config());
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  takes = Milliseconds{10'000};
  sendAll();
  cluster.broker.expire("app", cluster.broker.members("app").front());
  stepThreads(app);
  EXPECT_THAT(cluster.broker.records("out"), IsEmpty());
  takes = Milliseconds{0};
  ASSERT_TRUE(runUntilOutputs(8));
  cluster.runFor(Milliseconds{500});
  EXPECT_EQ(outputs(), 8U);
}

}  // namespace
}  // namespace widgetstream
