// KTable join(): the rows that two tables have under one key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text plus(const Text& left, const Text& right) {
  return left + "+" + right;
}

void inner(const KTable<Text, Text>& left, const KTable<Text, Text>& right) {
  left.join(right, plus).toStream().to("out");
}

TEST(TableJoin, ARowAppearsWhenBothTablesHaveTheKey) {
  Joined run{inner};
  run.left.pipe("a", "l1");
  run.right.pipe("b", "r1");
  EXPECT_THAT(run.sent(), IsEmpty());
  run.right.pipe("a", "r2");
  run.left.pipe("b", "l2");
  run.left.pipe("a", "l3");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l1+r2"), Pair("b", "l2+r1"), Pair("a", "l3+r2")));
}

TEST(TableJoin, ADeletedRowDeletesTheResultIfTheOtherTableHasTheKey) {
  Joined run{inner};
  run.left.pipe("a", "l");
  run.right.pipe("a", "r");
  run.left.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l+r"), Pair("a", null)));
  run.right.pipe("a", null);
  run.left.pipe("b", null);
  EXPECT_THAT(run.sent(), IsEmpty()) << "there was no result any more";
}

TEST(TableJoin, TheResultBearsTheLaterTimeAndTheHeadersOfTheUpdate) {
  Joined run{inner};
  run.left.pipe(record("a", "l", 20, {{"from", "left"}}));
  run.right.pipe(record("a", "r", 5, {{"from", "right"}}));
  run.left.pipe(record("a", "l2", 30));
  run.right.pipe(tombstone("a", 7));
  EXPECT_THAT(run.records(),
              ElementsAre(record("a", "l+r", 20, {{"from", "right"}}), record("a", "l2+r", 30),
                          tombstone("a", 30)));
}

TEST(TableJoin, RecordsWithoutKeyAreDropped) {
  Joined run{inner};
  run.left.pipe(null, "l");
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(TableJoin, BothTablesKeepTheirRowsFromThen) {
  Joined run{inner};
  EXPECT_THAT(run.driver.storeNames(), ElementsAre("left-STATE-STORE-0000000000", "right-STATE-STORE-0000000003"));
}

TEST(TableJoin, TheJoinerMayTakeKeyAndContext) {
  Joined run{[](const auto& left, const auto& right) {
    left.join(right, [](const Text& key, const Text& l, const Text& r, const RecordContext& at) {
          return key + l + r + std::string{at.topic()};
        })
        .toStream()
        .to("out");
  }};
  run.left.pipe("k", "l");
  run.right.pipe("k", "r");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "klrright")));
}

TEST(TableJoin, AnEmptyOptionalFromTheJoinerDeletes) {
  Joined run{[](const auto& left, const auto& right) {
    left.join(right, [](const Text& l, const Text& r) { return l == r ? std::nullopt : std::optional{l + r}; })
        .toStream()
        .to("out");
  }};
  run.left.pipe("a", "x");
  run.right.pipe("a", "y");
  run.right.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "xy"), Pair("a", null)));
}

TEST(TableJoin, WithAMaterializedTheResultIsAStoreToo) {
  Joined run{[](const auto& left, const auto& right) {
    const auto joined = left.join(right, plus, Named::as("both"), Materialized::as("pairs"));
    EXPECT_EQ(joined.queryableStoreName(), "pairs");
    joined.toStream().to("out");
  }};
  run.left.pipe("a", "l");
  run.right.pipe("a", "r");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("pairs")->get("a")), "l+r");
  run.driver.crashAndRestart();
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("pairs")->get("a")), "l+r");
  run.left.pipe("a", null);
  EXPECT_THAT(run.driver.rawStore("pairs"), IsEmpty());
}

TEST(TableJoin, AnUnnamedMaterializedMakesAStoreAsInJava) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left");
    left.join(builder.table<Text, Text>("right"), plus, Materialized::with(StringSerde{}, StringSerde{}))
        .toStream()
        .to("out");
  });
  EXPECT_TRUE(topology.graph().stores.contains("KTABLE-MERGE-STATE-STORE-0000000006"));
  EXPECT_THAT(nodeNames(topology), Contains("KTABLE-MERGE-0000000007"));
}

TEST(TableJoin, ItsNodesAreNamedAfterTheName) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left");
    left.join(builder.table<Text, Text>("right"), plus, Named::as("both")).toStream().to("out");
  });
  EXPECT_THAT(nodeNames(topology), IsSupersetOf({"both-join-this", "both-join-other", "both"}));
}

TEST(TableJoin, ItsTopicsMustHaveEqualPartitionCounts) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto left = builder.table<Text, Text>("left", Consumed::as("l"));
    left.join(builder.table<Text, Text>("right", Consumed::as("r")), plus).toStream().to("out");
  });
  const auto& groups = topology.graph().copartition_groups;
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_THAT(groups[0].sources, ElementsAre("l-source", "r-source"));
}

TEST(TableJoin, ItsRowsCanBeJoinedAgainThoughItKeepsNone) {
  Joined run{[](const auto& left, const auto& right) {
    const auto joined = left.join(right, plus);
    joined.join(left.mapValues([](const Text& v) { return v.size(); }),
                [](const Text& both, std::size_t size) { return both + "#" + std::to_string(size); })
        .toStream()
        .to("out");
  }};
  run.left.pipe("a", "left");
  run.right.pipe("a", "r");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "left+r#4")));
  run.left.pipe("a", "l");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l+r#1"), Pair("a", "l+r#1"))) << "once by each side, as in Java";
}

TEST(TableJoin, OldValuesPassThroughAJoinWithItself) {
  Joined run{[](const auto& left, const auto&) {
    left.join(left.filter([](const Text& v) { return v.size() > 1; }), plus)
        .groupBy([](const Text& v) { return std::pair{v, v}; })
        .count()
        .toStream()
        .to("out", Produced::with(StringSerde{}, LongSerde{}));
  }};
  run.left.pipe("k", "aa");
  run.left.pipe("k", "bb");
  EXPECT_THAT((run.driver.output<Text, Long>("out").readAll()),
              ElementsAre(Pair("aa+aa", 1), Pair("aa+aa", 2), Pair("bb+aa", null), Pair("bb+bb", 1),
                          Pair("aa+bb", null), Pair("bb+bb", 2)));
}

TEST(TableJoin, TablesOfTwoBuildersAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                StreamsBuilder other;
                const auto left = builder.table<Text, Text>("left");
                static_cast<void>(left.join(other.table<Text, Text>("right"), plus));
              }),
              HasSubstr("make both tables with the same builder"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
