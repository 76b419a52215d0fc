// windowedBy(SessionWindows): count, reduce and aggregate over the sessions of a key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text merged(const Text& one, const Text& other) { return one + "|" + other; }

Topology folded(const SessionWindows& windows,
                const BasicMaterialized<>& how = Materialized::as("all").withCachingDisabled()) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(windows).aggregate(none, joined, merged, how));
  });
}
const SessionWindows ten = SessionWindows::ofInactivityGapAndGrace(10ms, 1s);

TEST(SessionWindows, ARecordFarFromOthersIsASessionOfItsOwn) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 111));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", "A"), Pair("a@111/111", "B")));
}

TEST(SessionWindows, ARecordWithinTheGapReplacesTheSessionByALongerOne) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 110));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", "A"), Pair("a@100/100", null), Pair("a@100/110", "|AB")));
}

TEST(SessionWindows, ARecordBetweenTwoSessionsMakesThemOneTheEarlierFirst) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 115));
  (void)run.sent();
  run.in.pipe(record("a", "C", 107));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", null), Pair("a@115/115", null), Pair("a@100/115", "|A|BC")));
}

TEST(SessionWindows, ARecordWithinASessionReplacesItToo) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 108));
  (void)run.sent();
  run.in.pipe(record("a", "C", 104));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/108", null), Pair("a@100/108", "||ABC")));
}

TEST(SessionWindows, OnlyASessionOfOneTimeHitAgainIsOverwritten) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 100));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", "A"), Pair("a@100/100", "|AB")));
}

TEST(SessionWindows, ResultsHaveTheTimeOfTheirEndAndNoHeaders) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100, {{"trace", "1"}}));
  run.in.pipe(record("a", "B", 95, {{"trace", "2"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("a@100/100", "A", 100),
                                         TestRecord<Text, Text>{"a@100/100", std::nullopt, fromMillis(100), {}},
                                         record("a@95/100", "|AB", 100)));
}

TEST(SessionWindows, ASessionIsClosedWhenItsEndIsMoreThanGapAndGraceBeforeTheNewestTimeSeen) {
  Pipeline run{folded(SessionWindows::ofInactivityGapAndGrace(10ms, 5ms))};
  run.in.pipe(record("b", "x", 115));
  run.in.pipe(record("a", "in time", 100));
  run.in.pipe(record("a", "late", 99));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("b@115/115", "x"), Pair("a@100/100", "in time")));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(SessionWindows, ALateRecordMayStillJoinASessionThatIsOpen) {
  const auto longer = Materialized::as("all").withCachingDisabled().withRetention(1s);
  Pipeline run{folded(SessionWindows::ofInactivityGapWithNoGrace(10ms), longer)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("b", "x", 110));
  (void)run.sent();
  run.in.pipe(record("a", "B", 95));
  EXPECT_THAT(run.sent(), Contains(Pair("a@95/100", "|AB")));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(SessionWindows, AreForgottenAtTheEndOfTheirRetentionAMillisecondBeforeTheyCloseAsInJava) {
  Pipeline run{folded(SessionWindows::ofInactivityGapWithNoGrace(10ms))};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("b", "x", 110));
  (void)run.sent();
  run.in.pipe(record("a", "B", 100));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", "B")));
}

TEST(SessionWindows, RecordsWithoutKeyAreDroppedAndThoseWithoutValueAreAggregated) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) { toOut(in.windowedBy(ten).count()); })};
  run.in.pipe(null, "x", fromMillis(100));
  run.in.pipe("a", null, fromMillis(100));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@100/100", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(SessionWindows, MayBeCounted) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(ten).count(Materialized::as("counts").withCachingDisabled()));
  })};
  for (const std::int64_t at : {100, 105, 120, 112}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent<Long>(),
              ElementsAre(Pair("a@100/100", 1), Pair("a@100/100", null), Pair("a@100/105", 2), Pair("a@120/120", 1),
                          Pair("a@100/105", null), Pair("a@120/120", null), Pair("a@100/120", 4)));
}

TEST(SessionWindows, MayBeReducedTheEarlierSessionFirst) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(ten).reduce(reduced, Materialized::as("all")));
  })};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 115));
  run.in.pipe(record("a", "C", 107));
  EXPECT_THAT(run.sent(), Contains(Pair("a@100/115", "ABC")));
}

TEST(SessionWindows, TheMergerMayTakeTheKeyAndNothingWhereThereIsNone) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(ten).aggregate(
        [] { return std::optional<Text>{}; },
        [](const Text& value, Nullable<Text> so_far) { return so_far.value_or("") + value; },
        [](const Text& key, Nullable<Text> one, const Text& other) { return one.value_or(key + ":") + other; }));
  })};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 105));
  EXPECT_THAT(run.sent(), Contains(Pair("a@100/105", "a:AB")));
}

TEST(SessionWindows, WithACacheOnlyTheLastOfACommitIsTold) {
  Pipeline run{texts([](const Texts& in) {
    toOut(in.flatMapValues([](const Text& value) { return std::vector<Text>(3, value); })
              .groupByKey()
              .windowedBy(ten)
              .count(Materialized::as("counts")));
  })};
  run.in.pipe(record("a", "x", 100));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@100/100", 3)));
  EXPECT_THAT(run.sent<Long>("test-counts-changelog"), SizeIs(1));
}

TEST(SessionWindows, ContinueFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.driver.crashAndRestart();
  run.in.pipe(record("a", "B", 105));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", "A"), Pair("a@100/100", null), Pair("a@100/105", "|AB")));
}

TEST(SessionWindows, KeepTheirSessionsInMemoryIfAskedTo) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(ten).count(Materialized::as(inMemorySessionStore("counts", 2s))));
  })};
  run.in.pipe(record("a", "x", 100));
  run.in.pipe(record("a", "x", 105));
  EXPECT_THAT(run.sent<Long>(), Contains(Pair("a@100/105", 2)));
}

TEST(SessionWindows, ARetentionShorterThanGapAndGraceIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(SessionWindows::ofInactivityGapAndGrace(10ms, 5ms))
                    .count(Materialized::as(inMemorySessionStore("counts", 14ms)));
              }),
              AllOf(HasSubstr("'counts'"), HasSubstr("14 ms"), HasSubstr("15 ms")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
