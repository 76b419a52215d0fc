// KTable groupBy(): rows under new keys, to be aggregated; what leaves a group is subtracted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/grouped_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(TableGroupBy, ARowThatStaysInItsGroupIsOneUpdate) {
  Grouping run{countGroups};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "avocado");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 1)));
  EXPECT_THAT(run.sent("test-sizes-repartition"),
              ElementsAre(Pair("a", "apple\x01"), Pair("a", "\x0e"
                                                             "avocadoapple\x02")));
}

TEST(TableGroupBy, ARowThatMovesLeavesItsOldGroupFirst) {
  Grouping run{reduceGroups};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "banana");
  EXPECT_THAT(run.sent("test-sums-repartition"),
              ElementsAre(Pair("a", "apple\x01"), Pair("a", Text("apple\0", 6)), Pair("b", "banana\x01")));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "apple"), Pair("a", "apple-apple"), Pair("b", "banana")));
}

TEST(TableGroupBy, ARowWithoutGroupKeyOrValueBelongsToNoGroup) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
                 builder.table<Text, Text>("in")
                     .groupBy([](const Text& key, const Text& value) {
                       return std::pair{value == "nowhere" ? std::nullopt : std::optional{value},
                                        key == "no" ? std::nullopt : std::optional{key}};
                     })
                     .count()
                     .toStream()
                     .to("out");
               }),
               noCache()};
  run.in.pipe("1", "nowhere");
  run.in.pipe("no", "here");
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  run.in.pipe("1", "here");
  run.in.pipe("1", "nowhere");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("here", 1), Pair("here", 0)));
  EXPECT_EQ(run.driver.droppedRecords(), 0U) << "skipped, as in Java";
}

TEST(TableGroupBy, TheSelectorMayReturnNoPairAtAll) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
                 builder.table<Text, Text>("in")
                     .groupBy([](const Text& value) {
                       return value.empty() ? std::nullopt : std::optional{std::pair{value, Long{1}}};
                     })
                     .count()
                     .toStream()
                     .to("out");
               }),
               noCache()};
  run.in.pipe("1", "");
  run.in.pipe("1", "x");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("x", 1)));
}

TEST(TableGroupBy, TheTableKeepsItsRowsToKnowWhatLeaves) {
  Grouping run{countGroups};
  EXPECT_THAT(run.driver.storeNames(), UnorderedElementsAre("in-STATE-STORE-0000000000", "sizes"));
}

TEST(TableGroupBy, TheGroupingsNameIsTheNodesAndTheTopics) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in")
        .groupBy(byFirstLetter, Grouped::as("by-letter"))
        .count(Named::as("counted"))
        .toStream()
        .to("out");
  });
  EXPECT_THAT(nodeNames(topology), IsSupersetOf({"by-letter", "counted-sink", "counted-source", "counted"}));
  EXPECT_THAT(internalTopics(topology), ElementsAre("by-letter-repartition"));
}

TEST(TableGroupBy, ANamedGroupingMakesItsTopicOnce) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    auto groups = builder.table<Text, Text>("in").groupBy(byFirstLetter, Grouped::as("by-letter"));
    auto copy = groups;
    groups.count().toStream().to("counts");
    copy.reduce(added, subtracted).toStream().to("sums");
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("by-letter-repartition"));
}

TEST(TableGroupBy, IsRestoredFromChangelogs) {
  Grouping run{reduceGroups};
  run.in.pipe("1", "a1");
  run.in.pipe("2", "a2");
  run.driver.crashAndRestart();
  static_cast<void>(run.sent());
  run.in.pipe("1", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "a1+a2-a1")));
}

TEST(TableGroupBy, ATypeWithoutSerdeIsNamed) {
  struct Unknown {
    bool operator==(const Unknown&) const = default;
  };
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                auto groups = builder.table<Text, Text>("in").groupBy([](const Text& value) {
                  return std::pair{value, Unknown{}};
                });
                static_cast<void>(groups.count());
              }),
              HasSubstr("Unknown"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
