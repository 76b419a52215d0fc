// KTable groupBy(): rows under new keys, to be aggregated; what leaves a group is subtracted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

std::pair<Text, Text> byFirstLetter(const Text& value) {
  return {value.substr(0, 1), value};
}
Text added(const Text& aggregate, const Text& value) {
  return aggregate + "+" + value;
}
Text subtracted(const Text& aggregate, const Text& value) {
  return aggregate + "-" + value;
}

/// The table of "in" grouped by the first letter of its values, and what `draw` makes of it.
struct Grouping : Pipeline {
  using Draw = std::function<void(KGroupedTable<Text, Text>)>;
  explicit Grouping(const Draw& draw, TopologyTestDriverOptions options = noCache())
      : Pipeline(drawn([&](StreamsBuilder& builder) { draw(builder.table<Text, Text>("in").groupBy(byFirstLetter)); }),
                 std::move(options)) {}
};

void count(KGroupedTable<Text, Text> groups) {
  groups.count(Materialized::as("sizes")).toStream().to("out");
}
void reduce(KGroupedTable<Text, Text> groups) {
  groups.reduce(added, subtracted, Materialized::as("sums")).toStream().to("out");
}

TEST(TableGroupBy, CountsTheRowsOfEachGroup) {
  Grouping run{count};
  run.in.pipe("1", "apple");
  run.in.pipe("2", "avocado");
  run.in.pipe("1", "banana");
  run.in.pipe("2", null);
  EXPECT_THAT(run.sent<Long>(),
              ElementsAre(Pair("a", 1), Pair("a", 2), Pair("a", 1), Pair("b", 1), Pair("a", 0)));
}

TEST(TableGroupBy, ARowThatStaysInItsGroupIsOneUpdate) {
  Grouping run{count};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "avocado");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 1)));
  EXPECT_THAT(run.sent("test-sizes-repartition"),
              ElementsAre(Pair("a", "apple\x01"), Pair("a", "\x0e"
                                                             "avocadoapple\x02")));
}

TEST(TableGroupBy, ARowThatMovesLeavesItsOldGroupFirst) {
  Grouping run{reduce};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "banana");
  EXPECT_THAT(run.sent("test-sums-repartition"),
              ElementsAre(Pair("a", "apple\x01"), Pair("a", Text("apple\0", 6)), Pair("b", "banana\x01")));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "apple"), Pair("a", "apple-apple"), Pair("b", "banana")));
}

TEST(TableGroupBy, ReduceBeginsWithTheFirstRowAndSubtractsBeforeItAdds) {
  Grouping run{reduce};
  run.in.pipe("1", "a1");
  run.in.pipe("2", "a2");
  run.in.pipe("1", "a3");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "a1"), Pair("a", "a1+a2"), Pair("a", "a1+a2-a1+a3")));
}

TEST(TableGroupBy, AggregateBeginsWithTheInitializer) {
  Grouping run{[](auto groups) {
    groups
        .aggregate([] { return "0"; },
                   [](const Text& key, const Text& value, const Text& sum) { return sum + "+" + key + value; },
                   [](const Text& value, const Text& sum) { return sum + "-" + value; })
        .toStream()
        .to("out");
  }};
  run.in.pipe("1", "a1");
  run.in.pipe("1", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "0+aa1"), Pair("a", "0+aa1-a1")));
}

TEST(TableGroupBy, AnEmptyOptionalDeletesTheGroup) {
  Grouping run{[](auto groups) {
    groups
        .aggregate([] { return Long{0}; }, [](const Text&, Long sum) { return sum + 1; },
                   [](const Text&, Long sum) { return sum > 1 ? std::optional{sum - 1} : std::nullopt; },
                   Materialized::as("sizes"))
        .toStream()
        .to("out");
  }};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "banana");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", null), Pair("b", 1)));
  EXPECT_THAT(run.driver.rawStore("sizes"), SizeIs(1));
}

TEST(TableGroupBy, TheAggregateBearsTheLaterTime) {
  Grouping run{reduce};
  run.in.pipe(record("1", "a1", 20, {{"trace", "7"}}));
  run.in.pipe(record("2", "a2", 10, {{"trace", "8"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "a1", 20, {{"trace", "7"}}),
                                         record("a", "a1+a2", 20, {{"trace", "8"}})));
}

TEST(TableGroupBy, ADeletionBearsTheLaterTimeWithoutACacheAndItsOwnBehindOne) {
  const auto times = [](const TopologyTestDriverOptions& options) {
    Grouping run{[](auto groups) {
                   const auto none = [](const Text&, const Text&) { return std::optional<Text>{}; };
                   groups.reduce(added, none).toStream().to("out");
                 },
                 options};
    run.in.pipe(record("1", "a1", 20));
    run.in.pipe(TestRecord<Text, Text>{"1", std::nullopt, fromMillis(10), {}});
    return run.records().back().timestamp;
  };
  EXPECT_EQ(times(noCache()), fromMillis(20));
  EXPECT_EQ(times({}), fromMillis(10)) << "as Java's cache does it";
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
  Grouping run{count};
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
  Grouping run{reduce};
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
