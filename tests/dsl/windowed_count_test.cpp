// windowedBy(TimeWindows).count(): how many records each key has had in each window, as a table of (key, window).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology counted(const TimeWindows& windows, const BasicMaterialized<>& how = Materialized::as("counts")) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) { toOut(in.windowedBy(windows).count(how)); });
}

TEST(WindowedCount, EachWindowOfAKeyIsCountedByItself) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 3));
  run.in.pipe(record("a", "x", 9));
  run.in.pipe(record("b", "x", 9));
  run.in.pipe(record("a", "x", 10));
  EXPECT_THAT(run.sent<Long>(),
              ElementsAre(Pair("a@0/10", 1), Pair("a@0/10", 2), Pair("b@0/10", 1), Pair("a@10/20", 1)));
}

TEST(WindowedCount, OfHoppingWindowsCountsARecordInEachThatItFallsInto) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms).advanceBy(4ms))};
  run.in.pipe(record("a", "x", 9));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1), Pair("a@4/14", 1), Pair("a@8/18", 1)));
}

TEST(WindowedCount, HasTheTimeOfTheNewestRecordInTheWindow) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 7));
  run.in.pipe(record("a", "x", 3));
  const auto sent = run.records<Long>();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[1].timestamp, fromMillis(7));
}

TEST(WindowedCount, ARecordIsLateForAWindowThatEndedAtTheNewestTimeSeenOrBefore) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 9));
  run.in.pipe(record("b", "x", 10));
  run.in.pipe(record("a", "late", 9));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1), Pair("b@10/20", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(WindowedCount, GraceGivesLateRecordsTime) {
  Pipeline run{counted(TimeWindows::ofSizeAndGrace(10ms, 5ms))};
  run.in.pipe(record("b", "x", 14));
  run.in.pipe(record("a", "in time", 9));
  run.in.pipe(record("b", "x", 15));
  run.in.pipe(record("a", "late", 9));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("b@10/20", 1), Pair("a@0/10", 1), Pair("b@10/20", 2)));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(WindowedCount, ARecordIsDroppedOnceForEachOfItsWindowsThatIsClosedAndCountedInTheOthers) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms).advanceBy(4ms))};
  run.in.pipe(record("b", "x", 15));
  (void)run.sent<Long>();
  run.in.pipe(record("a", "x", 9));  // 0/10 and 4/14 are closed, 8/18 is not
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@8/18", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(WindowedCount, RecordsWithoutKeyAreDroppedAndCountedAndMoveNoTime) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(null, "x", fromMillis(100));
  run.in.pipe(record("a", "x", 5));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(WindowedCount, RecordsWithoutValueAreCountedAsInJava) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe("a", null, fromMillis(5));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(WindowedCount, BearsTheHeadersOfTheRecordThatChangedIt) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 5, {{"trace", "1"}}));
  EXPECT_THAT(run.records<Long>().at(0).headers, ElementsAre(Header{"trace", "1"}));
}

/// Three records of one key and window within one commit.
Topology threeAtOnce(const BasicMaterialized<>& how) {
  return texts([&](const Texts& in) {
    toOut(in.flatMapValues([](const Text& value) { return std::vector<Text>(3, value); })
              .groupByKey()
              .windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .count(how));
  });
}

TEST(WindowedCount, TheCacheForwardsOnlyTheLastUpdateOfACommit) {
  Pipeline run{threeAtOnce(Materialized::as("counts"))};
  run.in.pipe(record("a", "x", 5));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 3)));
  EXPECT_THAT(run.sent<Long>("test-counts-changelog"), SizeIs(1));
}

TEST(WindowedCount, WithoutCacheEachUpdateIsForwarded) {
  Pipeline run{threeAtOnce(Materialized::as("counts").withCachingDisabled())};
  run.in.pipe(record("a", "x", 5));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1), Pair("a@0/10", 2), Pair("a@0/10", 3)));
  EXPECT_THAT(run.sent<Long>("test-counts-changelog"), SizeIs(3));
}

TEST(WindowedCount, ContinuesFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 3));
  run.driver.crashAndRestart();
  run.in.pipe(record("a", "x", 4));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1), Pair("a@0/10", 2)));
}

TEST(WindowedCount, KeepsItsWindowsInMemoryIfAskedTo) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .count(Materialized::as(inMemoryWindowStore("counts", 10ms, 10ms))));
  })};
  run.in.pipe(record("a", "x", 3));
  run.in.pipe(record("a", "x", 4));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1), Pair("a@0/10", 2)));
}

TEST(WindowedCount, GoesThroughARepartitionTopicWhereTheKeyMayHaveChanged) {
  const Topology topology = texts([](const Texts& in) {
    toOut(in.groupBy([](const Text& value) { return value; })
              .windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .count(Materialized::as("counts")));
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("counts-repartition"));
  Pipeline run{topology};
  run.in.pipe(record("k", "a", 3));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1)));
}

TEST(WindowedCount, OfTwoWindowSizesSharesTheTopicOfANamedGrouping) {
  const Topology topology = texts([](const Texts& in) {
    const auto grouped = in.groupBy([](const Text& value) { return value; }, Grouped::as("values"));
    toOut(grouped.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).count(Materialized::as("short")));
    toOut(grouped.windowedBy(TimeWindows::ofSizeWithNoGrace(20ms)).count(Materialized::as("long")));
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("values-repartition"));
}

TEST(WindowedCount, OfUnlimitedWindowsHasOneWindowThatNeverEnds) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(UnlimitedWindows::of().startOn(fromMillis(50))).count());
  })};
  run.in.pipe(record("a", "too early", 49));
  run.in.pipe(record("a", "x", 1'000'000'000));
  run.in.pipe(record("a", "x", 50));
  EXPECT_THAT(run.sent<Long>(),
              ElementsAre(Pair("a@50/9223372036854775807", 1), Pair("a@50/9223372036854775807", 2)));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

/// Windows of one's own: even and odd hundreds of milliseconds.
struct OddWindows {
  [[nodiscard]] std::vector<Window> windowsFor(Timestamp at) const {
    const std::int64_t start = toMillis(at) / 100 * 100;
    if (start / 100 % 2 == 0) return {};
    return {{fromMillis(start), fromMillis(start + 100)}};
  }
  [[nodiscard]] Milliseconds size() const { return 100ms; }
  [[nodiscard]] Milliseconds gracePeriod() const { return 0ms; }
};

TEST(WindowedCount, TakesWindowsOfOnesOwn) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) { toOut(in.windowedBy(OddWindows{}).count()); })};
  for (const std::int64_t at : {50, 150, 199, 250, 301}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@100/200", 1), Pair("a@100/200", 2), Pair("a@300/400", 1)));
}

TEST(WindowedCount, ARetentionShorterThanWindowAndGraceIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 5ms))
                    .count(Materialized::as("counts").withRetention(14ms));
              }),
              AllOf(HasSubstr("'counts'"), HasSubstr("14 ms"), HasSubstr("15 ms")));
}

TEST(WindowedCount, AStoreForWindowsOfAnotherSizeIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
                    .count(Materialized::as(inMemoryWindowStore("counts", 100ms, 20ms)));
              }),
              AllOf(HasSubstr("'counts'"), HasSubstr("windows of 20 ms"), HasSubstr("have 10 ms")));
}

TEST(WindowedCount, ANegativeRetentionIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder&) { (void)Materialized::as("counts").withRetention(-1ms); }),
              HasSubstr("-1 ms is negative"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
