// KTable join() by a foreign key: the row of another table that each row looks at.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// "x-1" looks at "x"; "none" at nothing.
std::optional<Text> lookedAt(const Text& value) {
  if (value == "none") return std::nullopt;
  return value.substr(0, value.find('-'));
}
Text plus(const Text& left, const Text& right) {
  return left + "+" + right;
}

void byForeignKey(const KTable<Text, Text>& left, const KTable<Text, Text>& right) {
  left.join(right, lookedAt, plus).toStream().to("out");
}

TEST(ForeignKeyJoin, ARowAppearsWhenTheRowItLooksAtIsThere) {
  Joined run{byForeignKey};
  run.left.pipe("a", "x-1");
  EXPECT_THAT(run.sent(), IsEmpty());
  run.right.pipe("x", "X");
  run.left.pipe("b", "x-2");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X"), Pair("b", "x-2+X")));
}

TEST(ForeignKeyJoin, ManyRowsLookAtOneAndAreToldOfEachChange) {
  Joined run{byForeignKey};
  run.right.pipe("x", "X");
  run.left.pipe("b", "x-2");
  run.left.pipe("a", "x-1");
  static_cast<void>(run.sent());
  run.right.pipe("x", "XX");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+XX"), Pair("b", "x-2+XX"))) << "in order of their keys' bytes";
  run.right.pipe("x", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null), Pair("b", null)));
}

TEST(ForeignKeyJoin, AKeyThatIsAPrefixOfAnotherIsNotTheOther) {
  Joined run{byForeignKey};
  run.left.pipe("a", "x-1");
  run.left.pipe("b", "xx-1");
  run.right.pipe("x", "X");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X")));
}

TEST(ForeignKeyJoin, ARowMayLookElsewhere) {
  Joined run{byForeignKey};
  run.right.pipe("x", "X");
  run.right.pipe("y", "Y");
  run.left.pipe("a", "x-1");
  run.left.pipe("a", "y-1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X"), Pair("a", "y-1+Y")));
  run.right.pipe("x", "XX");
  EXPECT_THAT(run.sent(), IsEmpty()) << "nobody looks at it any more";
  run.left.pipe("a", "z-1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null))) << "what it looks at now is not there";
}

TEST(ForeignKeyJoin, ADeletedRowDeletesTheResult) {
  Joined run{byForeignKey};
  run.right.pipe("x", "X");
  run.left.pipe("a", "x-1");
  run.left.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X"), Pair("a", null)));
}

TEST(ForeignKeyJoin, ARowWithoutForeignKeyIsDroppedAndItsResultDeleted) {
  Joined run{byForeignKey};
  run.right.pipe("x", "X");
  run.left.pipe("a", "x-1");
  run.left.pipe("a", "none");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X"), Pair("a", null)));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(ForeignKeyJoin, TheResultBearsTheLaterTimeAndTheHeadersOfTheUpdate) {
  Joined run{byForeignKey};
  run.right.pipe(record("x", "X", 30, {{"from", "right"}}));
  run.left.pipe(record("a", "x-1", 20, {{"from", "left"}}));
  run.right.pipe(record("x", "XX", 10));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "x-1+X", 30, {{"from", "left"}}), record("a", "x-1+XX", 10)))
      << "an update of the right row bears its own time";
}

TEST(ForeignKeyJoin, AResponseToAValueThatIsNoLongerTheRowsIsDropped) {
  Joined run{byForeignKey};
  run.right.pipe("x", "X");
  run.left.pipe("a", "x-1");
  static_cast<void>(run.sent());
  // A response under way while the left row changed: the same hash does not fit any more.
  const auto response = run.driver.sentRecords();
  const auto topic = std::string{"test-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-0000000014-topic"};
  const auto sent = std::find_if(response.begin(), response.end(), [&](const auto& each) { return each.topic == topic; });
  ASSERT_NE(sent, response.end());
  run.left.pipe("a", "x-2");
  static_cast<void>(run.sent());
  run.driver.pipeRaw(topic, *sent->key, *sent->value, fromMillis(5));
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(ForeignKeyJoin, TheForeignKeyMayBeMadeOfKeyAndValueAndOfAnotherType) {
  TopologyTestDriver driver{drawn([](StreamsBuilder& builder) {
                              const auto left = builder.table<Text, Text>("left");
                              left.join(builder.table<Long, Text>("right"),
                                        [](const Text& key, const Text& value) { return Long(key.size() + value.size()); },
                                        [](const Text& key, const Text& l, const Text& r) { return key + l + r; })
                                  .toStream()
                                  .to("out");
                            }),
                            noCache()};
  driver.input<Long, Text>("right").pipe(5, "five");
  driver.input<Text, Text>("left").pipe("ab", "cde");
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()), ElementsAre(Pair("ab", "abcdefive")));
}

TEST(ForeignKeyJoin, SurvivesACrash) {
  Joined run{byForeignKey};
  run.left.pipe("a", "x-1");
  run.right.pipe("x", "X");
  run.driver.crashAndRestart();
  static_cast<void>(run.sent());
  run.right.pipe("x", "XX");
  run.left.pipe("a", "x-2");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+XX"), Pair("a", "x-2+XX")));
}

TEST(ForeignKeyJoin, TheResultCanBeMaterializedAndQueried) {
  Joined run{[](const auto& left, const auto& right) {
    const auto joined = left.join(right, lookedAt, plus, Materialized::as("pairs"));
    EXPECT_EQ(joined.queryableStoreName(), "pairs");
    joined.toStream().to("out");
  }};
  run.left.pipe("a", "x-1");
  run.right.pipe("x", "X");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("pairs")->get("a")), "x-1+X");
}

TEST(ForeignKeyJoin, TheResultCanBeJoinedAgain) {
  Joined run{[](const auto& left, const auto& right) {
    left.join(right, lookedAt, plus).join(left, [](const Text& both, const Text& l) { return both + "/" + l; })
        .toStream()
        .to("out");
  }};
  run.right.pipe("x", "X");
  run.left.pipe("a", "x-1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X/x-1")));
}

TEST(ForeignKeyJoin, ATableMayLookAtItself) {
  Joined run{[](const auto& left, const auto&) { left.join(left, lookedAt, plus).toStream().to("out"); }};
  run.left.pipe("boss", "boss-0");
  run.left.pipe("a", "boss-1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("boss", "boss-0+boss-0"), Pair("a", "boss-1+boss-0")));
}

TEST(ForeignKeyJoin, TheNameNamesNodesStoreAndTopics) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left");
    left.join(builder.table<Text, Text>("right"), lookedAt, plus, TableJoined::as("look")).toStream().to("out");
  });
  EXPECT_THAT(internalTopics(topology),
              ElementsAre("look-subscription-registration-topic", "look-subscription-response-topic"));
  EXPECT_THAT(nodeNames(topology), IsSupersetOf({"look-subscription-receive", "look-result"}));
  EXPECT_TRUE(topology.graph().stores.contains("look-subscription-store"));
}

TEST(ForeignKeyJoin, EachTopicIsCopartitionedWithTheTableItMeets) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left", Consumed::as("l"));
    left.join(builder.table<Text, Text>("right", Consumed::as("r")), lookedAt, plus, TableJoined::as("look"))
        .toStream()
        .to("out");
  });
  const auto& groups = topology.graph().copartition_groups;
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].sources, ElementsAre("look-subscription-registration-source", "r-source"));
  EXPECT_THAT(groups[1].sources, ElementsAre("l-source", "look-subscription-response-source"));
}

TEST(ForeignKeyJoin, ResponsesGoToThePartitionTheSubscriptionCameFrom) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left");
    left.join(builder.table<Text, Text>("right"), lookedAt, plus, TableJoined::as("look")).toStream().to("out");
  });
  const GraphNode& sink = *topology.graph().find("look-subscription-response-sink");
  const detail::ForeignResponse<Text> response{{}, {}, 7};
  EXPECT_EQ(sink.partitioner("topic", AnyRecord{nullptr, &response}, 10).partition, 7);
  const detail::ForeignResponse<Text> of_old_version{};
  EXPECT_EQ(sink.partitioner("topic", AnyRecord{nullptr, &of_old_version}, 10).kind, PartitionChoice::Kind::by_key);
}

TEST(ForeignKeyJoin, PartitionersSeeTheKeyAlone) {
  const auto by_length = [](std::string_view, const Record<Text, KeyOnly>& record, int partitions) {
    EXPECT_FALSE(record.value);
    return PartitionChoice::one(static_cast<std::int32_t>(record.key->size()) % partitions);
  };
  const auto twice = [](std::string_view, const Record<Text, KeyOnly>&, int) {
    return PartitionChoice::several({0, 1});
  };
  const Topology topology = drawn([&](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left");
    left.join(builder.table<Text, Text>("right"), lookedAt, plus, TableJoined::with(by_length, twice).withName("look"))
        .toStream()
        .to("out");
  });
  const Text key = "four";
  const detail::ForeignResponse<Text> response{{}, {}, 7};
  const GraphNode& responses = *topology.graph().find("look-subscription-response-sink");
  EXPECT_EQ(responses.partitioner("topic", AnyRecord{&key, &response}, 10).partition, 4);
  const GraphNode& registrations = *topology.graph().find("look-subscription-registration-sink");
  EXPECT_THROW(static_cast<void>(registrations.partitioner("topic", AnyRecord{&key, nullptr}, 10)), Error)
      << "a row is in one partition";
}

TEST(ForeignKeyJoin, ATypeWithoutSerdeIsNamed) {
  struct Unknown {};
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto left =
                    builder.table<Text, Text>("left").mapValues([](const Text&) { return Unknown{}; });
                static_cast<void>(left.join(builder.table<Text, Text>("right"),
                                            [](const Unknown&) { return std::optional<Text>{}; },
                                            [](const Unknown&, const Text& r) { return r; }));
              }),
              HasSubstr("Unknown"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
