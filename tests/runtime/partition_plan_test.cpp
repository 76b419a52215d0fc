// Partition counts and configs of internal topics: contract 3.2 and 3.3.

#include "runtime/topics/partition_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/counting_topology.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Text = std::string;

/// `from`... -> repartition topic `through`.
void move(Topology& topology, const std::vector<std::string>& from, const std::string& through,
          std::optional<std::int32_t> partitions = std::nullopt) {
  topology.addInternalTopic({through, partitions});
  std::vector<std::string> parents;
  for (const std::string& topic : from) {
    if (!topology.graph().find("source-" + topic)) topology.addSource<Text, Text>("source-" + topic, {topic});
    parents.push_back("source-" + topic);
  }
  topology.addSink<Text, Text>("sink-" + through, through, parents);
}

void read(Topology& topology, const std::string& topic) {
  topology.addSource<Text, Text>("source-" + topic, {topic})
      .addSink<Text, Text>("end-" + topic, "out", {"source-" + topic});
}

std::int32_t countOf(const Topology& topology, const PartitionCounts& external, const std::string& topic) {
  return planPartitions(topology.graph(), "app", external).partitions.at("app-" + topic);
}

std::string refusalOf(const Topology& topology, const PartitionCounts& external) {
  try {
    (void)planPartitions(topology.graph(), "app", external);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    return error.what();
  }
  return "not refused";
}

TEST(PartitionPlan, ARepartitionTopicHasAsManyAsTheLargestInputOfWhoWritesIt) {
  Topology topology;
  move(topology, {"small", "large"}, "moved");
  read(topology, "moved");
  EXPECT_EQ(countOf(topology, {{"small", 2}, {"large", 6}}, "moved"), 6);
}

TEST(PartitionPlan, AnEnforcedCountWins) {
  Topology topology;
  move(topology, {"large"}, "moved", 3);
  read(topology, "moved");
  EXPECT_EQ(countOf(topology, {{"large", 6}}, "moved"), 3);
}

TEST(PartitionPlan, CountsPassOnFromOneRepartitionTopicToTheNext) {
  Topology topology;
  move(topology, {"in"}, "a-first", 5);
  topology.addInternalTopic({"b-second", std::nullopt});
  topology.addSource<Text, Text>("source-a", {"a-first"}).addSink<Text, Text>("to-b", "b-second", {"source-a"});
  read(topology, "b-second");
  EXPECT_EQ(countOf(topology, {{"in", 2}}, "b-second"), 5);
}

TEST(PartitionPlan, TopicsThatFeedEachOtherHaveTheCountsOfTheTablesTheyMeet) {
  // The two topics of a foreign-key join: each side reads what the other writes.
  Topology topology;
  move(topology, {"left", "responses"}, "registrations");
  topology.addSource<Text, Text>("source-right", {"right"});
  topology.addInternalTopic({"responses", std::nullopt});
  topology.addSource<Text, Text>("source-registrations", {"registrations"});
  topology.addSink<Text, Text>("sink-responses", "responses", {"source-right", "source-registrations"});
  topology.copartition({"source-right", "source-registrations"}).copartition({"source-left", "source-responses"});
  EXPECT_EQ(countOf(topology, {{"left", 2}, {"right", 6}}, "registrations"), 6);
  EXPECT_EQ(countOf(topology, {{"left", 2}, {"right", 6}}, "responses"), 2);
}

TEST(PartitionPlan, ATopicThatNothingWritesToCannotBeDerived) {
  Topology topology;
  topology.addInternalTopic({"orphan", std::nullopt});
  read(topology, "orphan");
  EXPECT_THAT(refusalOf(topology, {}), HasSubstr("app-orphan"));
}

TEST(PartitionPlan, CopartitionedRepartitionTopicsHaveTheCountOfTheExternalOne) {
  Topology topology;
  move(topology, {"in"}, "moved");
  topology.addSource<Text, Text>("moved", {"moved"}).addSource<Text, Text>("table", {"table"});
  topology.addSink<Text, Text>("end", "out", {"moved", "table"});
  topology.copartition({"moved", "table"});
  EXPECT_EQ(countOf(topology, {{"in", 2}, {"table", 7}}, "moved"), 7);
}

TEST(PartitionPlan, CopartitionedRepartitionTopicsAloneHaveTheLargestCount) {
  Topology topology;
  move(topology, {"two"}, "a");
  move(topology, {"four"}, "b");
  topology.addSource<Text, Text>("a", {"a"}).addSource<Text, Text>("b", {"b"});
  topology.addSink<Text, Text>("end", "out", {"a", "b"});
  topology.copartition({"a", "b"});
  EXPECT_EQ(countOf(topology, {{"two", 2}, {"four", 4}}, "a"), 4);
}

TEST(PartitionPlan, CopartitionedExternalTopicsMustAgree) {
  Topology topology;
  topology.addSource<Text, Text>("left", {"left"}).addSource<Text, Text>("right", {"right"});
  topology.addSink<Text, Text>("end", "out", {"left", "right"});
  topology.copartition({"left", "right"});
  EXPECT_THAT(refusalOf(topology, {{"left", 2}, {"right", 3}}), HasSubstr("left (2), right (3)"));
}

TEST(PartitionPlan, AnEnforcedCountThatDoesNotFitItsPartnersIsRefused) {
  Topology topology;
  move(topology, {"in"}, "moved", 3);
  topology.addSource<Text, Text>("moved", {"moved"}).addSource<Text, Text>("table", {"table"});
  topology.addSink<Text, Text>("end", "out", {"moved", "table"});
  topology.copartition({"moved", "table"});
  EXPECT_THAT(refusalOf(topology, {{"in", 2}, {"table", 7}}), HasSubstr("enforced"));
}

TEST(PartitionPlan, TheTopicWithMostPartitionsLeadsAndOfEqualsTheFirst) {
  Topology topology;
  topology.addSource<Text, Text>("source", {"b", "a", "c"}).addSink<Text, Text>("end", "out", {"source"});
  EXPECT_THAT(planPartitions(topology.graph(), "app", {{"a", 4}, {"b", 4}, {"c", 2}}).lead_topics, ElementsAre("a"));
  const PartitionPlan plan = planPartitions(topology.graph(), "app", {{"a", 4}, {"b", 9}, {"c", 2}});
  EXPECT_THAT(plan.lead_topics, ElementsAre("b"));
  EXPECT_THAT(plan.tasks, ElementsAre(9));
}

TEST(InternalTopics, HaveJavasConfigs) {
  Topology topology;
  move(topology, {"in"}, "moved-repartition");
  read(topology, "moved-repartition");
  StreamsConfig config;
  config.application_id = "app";
  config.replication_factor = 3;
  const auto topics = internalTopics(topology.graph(), config, planPartitions(topology.graph(), "app", {{"in", 2}}));
  ASSERT_EQ(topics.size(), 1U);
  EXPECT_EQ(topics[0].name, "app-moved-repartition");
  EXPECT_EQ(topics[0].partitions, 2);
  EXPECT_EQ(topics[0].replication_factor, 3);
  EXPECT_THAT(topics[0].configs,
              ElementsAre(Pair("cleanup.policy", "delete"), Pair("message.timestamp.type", "CreateTime"),
                          Pair("retention.ms", "-1"), Pair("segment.bytes", "52428800")));
}

TEST(InternalTopics, ChangelogsAreCompactedAndTheStoresOwnConfigWins) {
  Topology topology;
  StoreBuilder store = keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("counts"));
  store.withLoggingEnabled({{"segment.bytes", "1000"}});
  topology.addSource<Text, Text>("source", {"in"});
  topology.addProcessor("count", ProcessorSupplier<Text, Text>{[] { return std::make_unique<CountingProcessor>(); }},
                        {"source"});
  topology.addStateStore(store, {"count"});
  StreamsConfig config;
  config.application_id = "app";
  config.topic_configs = {{"segment.bytes", "2000"}, {"min.insync.replicas", "2"}};
  const auto topics = internalTopics(topology.graph(), config, planPartitions(topology.graph(), "app", {{"in", 4}}));
  ASSERT_EQ(topics.size(), 1U);
  EXPECT_EQ(topics[0].name, "app-counts-changelog");
  EXPECT_EQ(topics[0].partitions, 4);
  EXPECT_EQ(topics[0].replication_factor, -1);
  EXPECT_THAT(topics[0].configs,
              ElementsAre(Pair("cleanup.policy", "compact"), Pair("message.timestamp.type", "CreateTime"),
                          Pair("min.insync.replicas", "2"), Pair("segment.bytes", "1000")));
}

TEST(InternalTopics, StoresWithoutLoggingHaveNone) {
  Topology topology;
  StoreBuilder store = keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("counts"));
  store.withLoggingDisabled();
  topology.addSource<Text, Text>("source", {"in"});
  topology.addProcessor("count", ProcessorSupplier<Text, Text>{[] { return std::make_unique<CountingProcessor>(); }},
                        {"source"});
  topology.addStateStore(store, {"count"});
  StreamsConfig config;
  config.application_id = "app";
  EXPECT_THAT(internalTopics(topology.graph(), config, planPartitions(topology.graph(), "app", {{"in", 4}})),
              IsEmpty());
}

}  // namespace
}  // namespace widgetstream
