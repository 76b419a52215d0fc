// emitStrategy(EmitStrategy::onWindowClose()): one result a window, when nothing can change it any more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

template <class W>
Topology counted(const W& windows, const BasicMaterialized<>& how = Materialized::as("counts")) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(windows).emitStrategy(EmitStrategy::onWindowClose()).count(how));
  });
}

TEST(EmitOnWindowClose, AWindowIsToldOnceWhenAYoungerRecordClosesIt) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "x", 9));
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  run.in.pipe(record("b", "x", 10));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 2)));
  run.in.pipe(record("b", "x", 19));
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
}

TEST(EmitOnWindowClose, WaitsForTheGrace) {
  Pipeline run{counted(TimeWindows::ofSizeAndGrace(10ms, 5ms))};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("b", "x", 14));
  run.in.pipe(record("a", "late but in time", 2));
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  run.in.pipe(record("b", "x", 15));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 2)));
}

TEST(EmitOnWindowClose, TellsAllKeysInOrderOfTheirWindows) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms).advanceBy(5ms))};
  run.in.pipe(record("b", "x", 7));
  run.in.pipe(record("a", "x", 8));
  run.in.pipe(record("a", "x", 100));
  EXPECT_THAT(run.sent<Long>(),
              ElementsAre(Pair("a@0/10", 1), Pair("b@0/10", 1), Pair("a@5/15", 1), Pair("b@5/15", 1)));
}

TEST(EmitOnWindowClose, ResultsHaveTheNewestTimeInTheWindowAndTheHeadersOfTheRecordThatClosedIt) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 7, {{"trace", "counted"}}));
  run.in.pipe(record("a", "x", 3));
  run.in.pipe(record("b", "x", 12, {{"trace", "closing"}}));
  EXPECT_THAT(run.records<Long>(),
              ElementsAre(TestRecord<Text, Long>{"a@0/10", 2, fromMillis(7), {{"trace", "closing"}}}));
}

TEST(EmitOnWindowClose, LateRecordsAreDroppedAndChangeNothingThatWasTold) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("b", "x", 10));
  (void)run.sent<Long>();
  run.in.pipe(record("a", "late", 2));
  run.in.pipe(record("b", "x", 20));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("b@10/20", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(EmitOnWindowClose, OfSlidingWindowsComesWhenTheNewestTimeIsPastEndAndGrace) {
  Pipeline run{counted(SlidingWindows::ofTimeDifferenceWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 100));
  run.in.pipe(record("b", "x", 100));
  run.in.pipe(record("b", "x", 101));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@90/100", 1), Pair("b@90/100", 1)));
}

TEST(EmitOnWindowClose, OfSessionsComesWhenTheyCanGrowNoMore) {
  Pipeline run{counted(SessionWindows::ofInactivityGapWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 100));
  run.in.pipe(record("a", "x", 105));
  run.in.pipe(record("b", "x", 115));
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  run.in.pipe(record("b", "x", 116));
  EXPECT_THAT(run.records<Long>(), ElementsAre(TestRecord<Text, Long>{"a@100/105", 2, fromMillis(105), {}}));
}

TEST(EmitOnWindowClose, ForgetsWindowsThatWereDeleted) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .emitStrategy(EmitStrategy::onWindowClose())
              .reduce([](const Text& so_far, const Text& value) {
                return value == "reset" ? std::nullopt : std::optional{so_far + value};
              }));
  })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "reset", 2));
  run.in.pipe(record("b", "x", 10));
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST(EmitOnWindowClose, TellsNothingTwiceAfterARestartAndNothingTooLittle) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "x", 11));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1)));
  run.driver.crashAndRestart();
  run.in.pipe(record("a", "x", 21));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@10/20", 1)));
}

TEST(EmitOnWindowClose, NotesHowFarItCameBesideTheCommittedOffsets) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(60'000ms), Materialized::as("win"))};
  run.in.pipe(record("a", "x", 0));
  run.in.pipe(record("a", "x", 940'000));
  // Partition time 940000, one note: win -> 940000.
  EXPECT_EQ(run.driver.broker().committed("test").at({"in", 0}).metadata, "AgAAAAAADlfgAAAAAQAAAAN3aW4AAAAAAA5X4A==");
}

TEST(EmitOnWindowClose, StillLogsEveryChange) {
  Pipeline run{counted(TimeWindows::ofSizeWithNoGrace(10ms))};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "x", 2));
  EXPECT_THAT(run.sent<Long>("test-counts-changelog"), SizeIs(2));
}

TEST(EmitOnWindowClose, WorksInMemoryToo) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .emitStrategy(EmitStrategy::onWindowClose())
              .count(Materialized::as(inMemoryWindowStore("counts", 10ms, 10ms))));
  })};
  run.in.pipe(record("b", "x", 1));
  run.in.pipe(record("a", "x", 2));
  run.in.pipe(record("a", "x", 10));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 1), Pair("b@0/10", 1)));
}

TEST(EmitOnWindowClose, IsRefusedForSessionsInAStoreThatIsOrderedByKey) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(10ms))
                    .emitStrategy(EmitStrategy::onWindowClose())
                    .count(Materialized::as(persistentSessionStore("counts", 10ms)));
              }),
              AllOf(HasSubstr("'counts'"), HasSubstr("persistentTimeOrderedSessionStore()")));
}

TEST(EmitOnWindowClose, IsRefusedForWindowsThatNeverClose) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(UnlimitedWindows::of())
                    .emitStrategy(EmitStrategy::onWindowClose());
              }),
              HasSubstr("onWindowUpdate()"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
