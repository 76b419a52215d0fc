// Sources by pattern: which topics are read, and what happens when others appear.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/runtime/counting_topology.hpp"
#include "tests/runtime/stepped_cluster.hpp"

namespace widgetstream {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Text = std::string;

/// topics orders-... -> processor "count" with the store "counts" -> topic "out".
Topology countingOrders(KeyValueStoreSupplier store = inMemoryKeyValueStore("counts")) {
  Topology topology;
  topology.addSource<Text, Text>("orders", TopicPattern{"orders-.*"})
      .addProcessor<Text, Text, Text, Text>("count", [] { return std::make_unique<CountingProcessor>(); }, {"orders"})
      .addStateStore(keyValueStoreBuilder<Text, Text>(std::move(store)), {"count"})
      .addSink<Text, Text>("sink", "out", {"count"});
  return topology;
}

class PatternSubscriptionTest : public ::testing::Test {
 protected:
  PatternSubscriptionTest() { cluster.broker.createTopic("out", 1); }

  SteppedInstance& started(Topology topology = countingOrders(), const Text& name = "one") {
    SteppedInstance& instance = cluster.add(std::move(topology), cluster.config(name));
    instance.start();
    return instance;
  }
  bool allRunning(const std::vector<SteppedInstance*>& instances) {
    return cluster.runUntil([&] {
      return std::all_of(instances.begin(), instances.end(),
                         [](SteppedInstance* each) { return each->state() == StreamsState::running; });
    });
  }
  bool runUntilOutputs(std::size_t count) {
    return cluster.runUntil([&] { return cluster.broker.records("out").size() >= count; });
  }
  /// The highest count of each key, as it came out.
  std::map<Text, int> counts() const {
    std::map<Text, int> last;
    for (const BrokerRecord& record : cluster.broker.records("out")) {
      int& count = last[*record.key];
      count = std::max(count, std::stoi(*record.value));
    }
    return last;
  }

  SteppedCluster cluster;
};

TEST_F(PatternSubscriptionTest, ReadsEveryTopicThatMatches) {
  cluster.broker.createTopic("orders-eu", 2);
  cluster.broker.createTopic("orders-us", 2);
  cluster.broker.createTopic("returns", 2);
  for (const Text topic : {"orders-eu", "orders-us", "returns"}) cluster.broker.append(topic, "a", "x");
  SteppedInstance& app = started();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_TRUE(runUntilOutputs(2));
  cluster.runFor(Milliseconds{100});
  EXPECT_EQ(counts().at("a"), 2);
  EXPECT_EQ(cluster.broker.records("out").size(), 2);
}

TEST_F(PatternSubscriptionTest, ATopicThatAppearsLaterJoinsTheTasksThatAreThere) {
  cluster.broker.createTopic("orders-eu", 2);
  SteppedInstance& app = started();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("orders-eu", "a", "x");
  ASSERT_TRUE(runUntilOutputs(1));
  cluster.broker.createTopic("orders-us", 2);
  cluster.broker.append("orders-us", "a", "x");
  ASSERT_TRUE(runUntilOutputs(2));
  EXPECT_EQ(counts().at("a"), 2);
}

TEST_F(PatternSubscriptionTest, WithoutAnyTopicItWaits) {
  SteppedInstance& app = started();
  cluster.runFor(Milliseconds{3'000});
  EXPECT_NE(app.state(), StreamsState::running);
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("topics that match"));
  cluster.broker.createTopic("orders-eu", 1);
  cluster.broker.append("orders-eu", "a", "x");
  EXPECT_TRUE(runUntilOutputs(1));
}

TEST_F(PatternSubscriptionTest, InstancesThatSeeATopicAtDifferentTimesNeverShareATask) {
  cluster.broker.createTopic("orders-eu", 3);
  std::vector<SteppedInstance*> instances;
  for (const Text name : {"one", "two", "three"}) {
    instances.push_back(&started(countingOrders(), name));
    cluster.runFor(Milliseconds{350});  // so that they look around at different times
  }
  ASSERT_TRUE(allRunning(instances));
  // More partitions than any before: from now on it decides whose task is whose.
  cluster.broker.createTopic("orders-us", 3);
  cluster.broker.createTopic("orders-asia", 3);
  std::size_t sent = 0;
  for (int round = 0; round < 40; ++round) {
    for (const Text topic : {"orders-eu", "orders-us", "orders-asia"}) {
      cluster.broker.append(topic, "key" + std::to_string(round % 7), "x");
      ++sent;
    }
    cluster.runFor(Milliseconds{60});
  }
  ASSERT_TRUE(runUntilOutputs(sent));
  cluster.runFor(Milliseconds{2'000});
  EXPECT_EQ(cluster.broker.records("out").size(), sent);
  int counted = 0;
  for (const auto& [key, count] : counts()) counted += count;
  EXPECT_EQ(counted, static_cast<int>(sent));
}

TEST_F(PatternSubscriptionTest, CommittedOffsetsOfEveryTopicHold) {
  cluster.broker.createTopic("orders-eu", 1);
  cluster.broker.createTopic("orders-us", 1);
  cluster.broker.append("orders-eu", "a", "x");
  cluster.broker.append("orders-us", "a", "x");
  SteppedInstance& app = started();
  ASSERT_TRUE(runUntilOutputs(2));
  ASSERT_TRUE(cluster.close(app));
  SteppedInstance& again = started();
  ASSERT_TRUE(cluster.runUntilRunning(again));
  cluster.broker.append("orders-us", "a", "x");
  ASSERT_TRUE(runUntilOutputs(3));
  cluster.runFor(Milliseconds{200});
  EXPECT_EQ(cluster.broker.records("out").size(), 3);
  EXPECT_EQ(counts().at("a"), 3);
}

TEST_F(PatternSubscriptionTest, ATopicThatIsDeletedIsLeftOut) {
  cluster.broker.createTopic("orders-eu", 1);
  cluster.broker.createTopic("orders-us", 1);
  SteppedInstance& app = started();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.admin({})->deleteTopics({"orders-us"}, Milliseconds{0});
  cluster.runFor(Milliseconds{3'000});
  cluster.broker.append("orders-eu", "a", "x");
  EXPECT_TRUE(runUntilOutputs(1));
  EXPECT_EQ(app.state(), StreamsState::running);
}

TEST_F(PatternSubscriptionTest, ATopicThatTwoPatternsMatchIsRefused) {
  cluster.broker.createTopic("orders-eu", 1);
  Topology topology = countingOrders();
  topology.addSource<Text, Text>("europe", TopicPattern{".*-eu"});
  SteppedInstance& app = started(std::move(topology));
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("'orders-eu' is for source 'orders' and for 'europe'"));
}

TEST_F(PatternSubscriptionTest, NeverMatchesWhatTheClusterOrTheApplicationMakesForItself) {
  cluster.broker.createTopic("__consumer_offsets", 1);
  cluster.broker.createTopic("orders-eu", 1);
  Topology topology;
  topology.addSource<Text, Text>("everything", TopicPattern{"(?!out).*"})
      .addProcessor<Text, Text, Text, Text>("count", [] { return std::make_unique<CountingProcessor>(); },
                                            {"everything"})
      .addStateStore(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("counts")), {"count"})
      .addSink<Text, Text>("sink", "out", {"count"});
  SteppedInstance& app = started(std::move(topology));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("orders-eu", "a", "x");
  ASSERT_TRUE(runUntilOutputs(1));
  cluster.runFor(Milliseconds{3'000});
  EXPECT_EQ(cluster.broker.records("out").size(), 1);
  EXPECT_THAT(app.runtime().plan()->parts.front().source_topics, UnorderedElementsAre("orders-eu"));
}

TEST_F(PatternSubscriptionTest, ARepartitionTopicBelowIsCountedWhenThereIsATopic) {
  Topology topology;
  topology.addInternalTopic({"moved", std::nullopt})
      .addSource<Text, Text>("orders", TopicPattern{"orders-.*"})
      .addSink<Text, Text>("move", "moved", {"orders"})
      .addSource<Text, Text>("moved", {"moved"})
      .addSink<Text, Text>("sink", "out", {"moved"});
  SteppedInstance& app = started(std::move(topology));
  cluster.runFor(Milliseconds{2'000});
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("any that matches orders-.*"));
  cluster.broker.createTopic("orders-eu", 4);
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_EQ(cluster.broker.partitionCount("app-moved"), 4);
}

}  // namespace
}  // namespace widgetstream
