// windowedBy(SlidingWindows): count, reduce and aggregate over the windows that the records of a key make.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology folded(const SlidingWindows& windows,
                const BasicMaterialized<>& how = Materialized::as("all").withCachingDisabled()) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(windows).aggregate(none, joined, how));
  });
}
const SlidingWindows ten = SlidingWindows::ofTimeDifferenceAndGrace(10ms, 1s);

TEST(SlidingWindows, ARecordMakesTheWindowThatEndsWithIt) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A")));
}

TEST(SlidingWindows, ARecordThatFollowsJoinsTheEarlierOneAndMakesItsRightWindow) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 105));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("a@101/111", "B"), Pair("a@95/105", "AB")));
}

TEST(SlidingWindows, BothEndsBelongToAWindow) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 110));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("a@101/111", "B"), Pair("a@100/110", "AB")));
}

TEST(SlidingWindows, ARightWindowThatIsTheNextOnesLeftIsToldTwiceAsInJava) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 95));
  run.in.pipe(record("a", "B", 100));
  (void)run.sent();
  run.in.pipe(record("a", "C", 111));  // 96/106 still tells of B, whose right window is the left one of C
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@101/111", "C"), Pair("a@101/111", "C")));
}

TEST(SlidingWindows, ARecordWhoseWindowsLieTooFarBackHasNoRightWindowToMake) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  (void)run.sent();
  run.in.pipe(record("a", "B", 111));  // 90/100 begins more than two differences before it
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@101/111", "B")));
}

TEST(SlidingWindows, ALateRecordGoesIntoTheWindowsOverItAndMakesItsOwn) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 108));
  (void)run.sent();
  run.in.pipe(record("a", "C", 104));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@101/111", "BC"), Pair("a@98/108", "ABC"), Pair("a@94/104", "AC"),
                                      Pair("a@105/115", "B")));
}

TEST(SlidingWindows, RecordsOfOneTimeShareTheirWindows) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 100));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("a@90/100", "AB")));
}

TEST(SlidingWindows, RecordsSoonAfterTheEpochShareTheWindowThatBeginsThere) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 2));
  run.in.pipe(record("a", "B", 5));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "A"), Pair("a@3/13", "B"), Pair("a@0/10", "AB")));
}

TEST(SlidingWindows, RecordsOfOtherKeysMakeOtherWindows) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("b", "B", 101));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("b@91/101", "B")));
}

TEST(SlidingWindows, ARecordIsLateWhenTheNewestOfItsWindowsIsClosed) {
  Pipeline run{folded(SlidingWindows::ofTimeDifferenceAndGrace(10ms, 5ms))};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 92));
  run.in.pipe(record("a", "late", 84));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("a@90/100", "AB"), Pair("a@93/103", "A")));
  EXPECT_EQ(run.driver.droppedRecords(), 2U) << "the left window of the second record, and the third record";
}

TEST(SlidingWindows, RecordsWithoutKeyOrValueAreDroppedAndCounted) {
  Pipeline run{folded(ten)};
  run.in.pipe(null, "x", fromMillis(100));
  run.in.pipe("a", null, fromMillis(100));
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(SlidingWindows, HaveTheTimeOfTheNewestRecordInThem) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 95));
  const auto sent = run.records();
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[1], record("a@90/100", "AB", 100));
  EXPECT_EQ(sent[2], record("a@85/95", "B", 95));
  EXPECT_EQ(sent[3], record("a@96/106", "A", 100));
}

TEST(SlidingWindows, MayBeCounted) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) { toOut(in.windowedBy(ten).count()); })};
  run.in.pipe(record("a", "x", 100));
  run.in.pipe(record("a", "x", 105));
  EXPECT_THAT(run.sent<Long>(), UnorderedElementsAre(Pair("a@90/100", 1), Pair("a@95/105", 2), Pair("a@101/111", 1)));
}

TEST(SlidingWindows, MayBeReduced) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(ten).reduce(reduced, Materialized::as("all").withCachingDisabled()));
  })};
  run.in.pipe(record("a", "A", 100));
  run.in.pipe(record("a", "B", 105));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("a@101/111", "B"), Pair("a@95/105", "AB")));
}

TEST(SlidingWindows, ContinueFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{folded(ten)};
  run.in.pipe(record("a", "A", 100));
  run.driver.crashAndRestart();
  run.in.pipe(record("a", "B", 105));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "A"), Pair("a@101/111", "B"), Pair("a@95/105", "AB")));
}

TEST(SlidingWindows, NeedTheWindowsOfTwoDifferencesKept) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(10ms, 5ms))
                    .count(Materialized::as("counts").withRetention(24ms));
              }),
              AllOf(HasSubstr("'counts'"), HasSubstr("24 ms"), HasSubstr("25 ms")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
