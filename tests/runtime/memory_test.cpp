// The memory budget at work: early commits, records that are left to the client, and a report of where memory is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/stepped_counting.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t mebi = std::size_t{1} << 20;

class Memory : public SteppedCounting {
 protected:
  /// Nothing is committed by time.
  StreamsConfig config() {
    StreamsConfig config = cluster.config();
    config.commit_interval = std::chrono::hours{1};
    config.memory_budget_bytes = 32 * mebi;
    return config;
  }
  void sendManyKeys(int count) {
    for (int i = 0; i < count; ++i) send("key" + std::to_string(i));
  }
  static std::size_t bytesOf(SteppedInstance& instance, const std::string& name) {
    return instance.runtime().memoryReport().find(name)->bytes;
  }
};

TEST_F(Memory, AThreadCommitsEarlyWhenItsChangesTakeItsShare) {
  StreamsConfig settings = config();
  settings.uncommitted_max_bytes = mebi;
  SteppedInstance& instance = started(settings, persistentKeyValueStore("counts"));
  ASSERT_TRUE(cluster.runUntilRunning(instance));
  sendManyKeys(20'000);
  ASSERT_TRUE(runUntilOutputs(20'000));
  cluster.runFor(Milliseconds{50});
  EXPECT_GT(committed(), 10'000) << "an hour has not passed";
  EXPECT_LT(bytesOf(instance, "write-buffers"), 3 * mebi);
}

TEST_F(Memory, ChangesWithinTheShareWaitForTheInterval) {
  SteppedInstance& instance = started(config());
  ASSERT_TRUE(cluster.runUntilRunning(instance));
  sendManyKeys(100);
  ASSERT_TRUE(runUntilOutputs(100));
  cluster.runFor(std::chrono::seconds{2});
  EXPECT_EQ(committed(), 0);
  EXPECT_GT(bytesOf(instance, "write-buffers"), 100U * 100);
}

TEST_F(Memory, EveryClassIsReportedWithItsCeilingAndMeasured) {
  SteppedInstance& instance = started(config());
  ASSERT_TRUE(cluster.runUntilRunning(instance));
  const MemoryReport report = instance.runtime().memoryReport();
  EXPECT_EQ(report.budget_bytes, 32 * mebi);
  std::vector<std::string> names;
  std::size_t ceilings = 0;
  for (const MemoryClass& one : report.classes) {
    names.push_back(one.name);
    ceilings += one.ceiling_bytes;
    EXPECT_THAT(instance.runtime().metrics().prometheus(),
                AllOf(HasSubstr("widgetstream_memory_bytes{class=\"" + one.name + "\"}"),
                      HasSubstr("widgetstream_memory_ceiling_bytes{class=\"" + one.name + "\"} ")));
  }
  EXPECT_THAT(names, ElementsAre("record-caches", "write-buffers", "read-caches", "block-cache", "memtables",
                                 "fetch-queues", "produce-queue"));
  EXPECT_LE(ceilings, 32 * mebi);
}

TEST_F(Memory, NothingIsHeldOnceTheApplicationHasClosed) {
  SteppedInstance& instance = started(config(), persistentKeyValueStore("counts"));
  ASSERT_TRUE(cluster.runUntilRunning(instance));
  sendManyKeys(100);
  ASSERT_TRUE(runUntilOutputs(100));
  ASSERT_TRUE(cluster.close(instance));
  for (const MemoryClass& one : instance.runtime().memoryReport().classes) EXPECT_EQ(one.bytes, 0U) << one.name;
  EXPECT_THAT(instance.runtime().metrics().prometheus(), ::testing::Not(HasSubstr("widgetstream_memory_bytes{")));
}

TEST_F(Memory, ABudgetThatIsTooSmallIsRefusedBeforeAnythingStarts) {
  StreamsConfig settings = config();
  settings.num_stream_threads = 16;
  try {
    static_cast<void>(cluster.add(counting(), settings));
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    EXPECT_THAT(error.what(), HasSubstr("memory.budget.bytes"));
  }
}

/// A join waits for its other side: what cannot be processed is left to the client, by what it takes.
TEST_F(Memory, RecordsThatCannotBeProcessedAreNotFetchedBeyondTheirShare) {
  cluster.broker.createTopic("left", 1);
  cluster.broker.createTopic("right", 1);
  Topology topology;
  topology.addSource<std::string, std::string>("left", {"left"})
      .addSource<std::string, std::string>("right", {"right"})
      .addSink<std::string, std::string>("sink", "out", {"left", "right"});
  StreamsConfig settings = config();
  settings.max_task_idle = std::chrono::hours{1};
  SteppedInstance& instance = cluster.add(std::move(topology), settings);
  instance.start();
  ASSERT_TRUE(cluster.runUntilRunning(instance));
  std::size_t most = 0;
  for (int i = 0; i < 100; ++i) {
    cluster.broker.append("left", "key", std::string(50'000, 'v'), fromMillis(i));
    cluster.runFor(Milliseconds{2});
    most = std::max(most, bytesOf(instance, "fetch-queues"));
  }
  EXPECT_EQ(outputs(), 0U);
  EXPECT_GT(most, 100'000U);
  EXPECT_LT(most, mebi) << "of 5 MB";
  // The other side has come: what was left to the client is fetched after all.
  cluster.broker.append("right", "key", "v", fromMillis(1000));
  EXPECT_TRUE(runUntilOutputs(100)) << outputs();
}

}  // namespace
}  // namespace widgetstream
