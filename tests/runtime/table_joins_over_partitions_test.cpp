// Tables that meet across tasks: foreign-key joins and groups over topics with several partitions, and over a crash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/runtime/stepped_cluster.hpp"
#include "widgetstream/dsl/streams_builder.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using Text = std::string;
using Rows = std::map<Text, Text>;

Topology joinAndCount() {
  StreamsBuilder builder;
  const auto left = builder.table<Text, Text>("left");
  const auto right = builder.table<Text, Text>("right");
  // A left join asks for an answer each time. An inner join does not when a row comes anew: if it had been deleted just
  // before, its last result may stay, in Java too.
  left.leftJoin(right, [](const Text& value) { return value.substr(0, 1); },
                [](const Text& l, Nullable<Text> r) { return l + "+" + r.value_or("null"); }, TableJoined::as("look"))
      .toStream()
      .to("joined");
  left.groupBy([](const Text& key, const Text& value) { return std::pair{value.substr(0, 1), key}; })
      .count(Materialized::as("sizes"))
      .mapValues([](std::int64_t count) { return std::to_string(count); })
      .toStream()
      .to("counted");
  return builder.build();
}

class TablesOverPartitions : public ::testing::Test {
 protected:
  TablesOverPartitions() {
    cluster.broker.createTopic("left", 2);
    cluster.broker.createTopic("right", 3);
    cluster.broker.createTopic("joined", 4);
    cluster.broker.createTopic("counted", 4);
  }

  SteppedInstance& started(const std::string& name) {
    SteppedInstance& instance = cluster.add(joinAndCount(), cluster.config(name));
    instance.start();
    return instance;
  }

  void changeRows(int count) {
    const auto upTo = [&](int limit) { return std::uniform_int_distribution{0, limit - 1}(random); };
    for (int i = 0; i < count; ++i) {
      const bool is_left = upTo(3) != 0;
      const Text key = is_left ? "row-" + std::to_string(upTo(20)) : Text(1, static_cast<char>('a' + upTo(6)));
      std::optional<Text> value;
      if (upTo(5) != 0) value = Text(1, static_cast<char>('a' + upTo(6))) + std::to_string(i);
      cluster.broker.append(is_left ? "left" : "right", key, value);
      Rows& table = is_left ? left : right;
      if (value) {
        table[key] = *value;
      } else {
        table.erase(key);
      }
    }
  }

  Rows newest(const std::string& topic) const {
    Rows rows;
    for (const BrokerRecord& record : cluster.broker.records(topic)) {
      if (record.value) {
        rows[*record.key] = *record.value;
      } else {
        rows.erase(*record.key);
      }
    }
    return rows;
  }
  Rows expectedJoin() const {
    Rows rows;
    for (const auto& [key, value] : left) {
      const auto looked_at = right.find(value.substr(0, 1));
      rows[key] = value + "+" + (looked_at != right.end() ? looked_at->second : "null");
    }
    return rows;
  }
  Rows expectedCounts() const {
    std::map<Text, int> counts;
    for (const auto& [key, value] : left) ++counts[value.substr(0, 1)];
    Rows rows;
    for (const auto& [group, count] : counts) rows[group] = std::to_string(count);
    return rows;
  }
  Rows counted() const {
    Rows rows = newest("counted");
    std::erase_if(rows, [](const auto& row) { return row.second == "0"; });
    return rows;
  }
  bool runUntil(const std::function<bool()>& holds) {
    for (int i = 0; i < 200 && !holds(); ++i) cluster.runFor(Milliseconds{50});
    return holds();
  }
  bool runUntilJoined() {
    return runUntil([&] { return newest("joined") == expectedJoin(); });
  }
  bool runUntilCounted() {
    return runUntil([&] { return counted() == expectedCounts(); });
  }

  SteppedCluster cluster;
  std::mt19937 random{7};
  Rows left;
  Rows right;
};

TEST_F(TablesOverPartitions, EachTopicHasThePartitionsOfTheTableItMeets) {
  SteppedInstance& app = started("one");
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_EQ(cluster.broker.partitionCount("app-look-subscription-registration-topic"), 3);
  EXPECT_EQ(cluster.broker.partitionCount("app-look-subscription-response-topic"), 2);
  EXPECT_EQ(cluster.broker.partitionCount("app-look-subscription-store-changelog"), 3);
  EXPECT_EQ(cluster.broker.partitionCount("app-sizes-repartition"), 2);
}

TEST_F(TablesOverPartitions, RowsMeetWhereverTheyAre) {
  SteppedInstance& app = started("one");
  ASSERT_TRUE(cluster.runUntilRunning(app));
  for (int round = 0; round < 5; ++round) {
    changeRows(60);
    ASSERT_TRUE(runUntilJoined()) << "in round " << round;
    ASSERT_TRUE(runUntilCounted()) << "in round " << round;
  }
  EXPECT_FALSE(newest("joined").empty());
}

TEST_F(TablesOverPartitions, AnInstanceThatCrashesIsReplacedWithoutLoss) {
  SteppedInstance& first = started("one");
  ASSERT_TRUE(cluster.runUntilRunning(first));
  changeRows(100);
  ASSERT_TRUE(runUntilJoined());
  cluster.runFor(Milliseconds{150});
  changeRows(100);
  cluster.runFor(Milliseconds{20});
  cluster.destroy(first);

  SteppedInstance& second = started("two");
  ASSERT_TRUE(cluster.runUntilRunning(second));
  ASSERT_TRUE(runUntilJoined());
  changeRows(50);
  EXPECT_TRUE(runUntilJoined());
}

}  // namespace
}  // namespace widgetstream
