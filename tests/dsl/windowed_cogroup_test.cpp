// cogroup().windowedBy(): several grouped streams in one aggregate for each key and window.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text addNumber(const Long& value, const Text& so_far) { return so_far + "(" + std::to_string(value) + ")"; }

/// Texts of "in" and numbers of "numbers".
CogroupedKStream<Text, Text> textsAndNumbers(StreamsBuilder& builder) {
  const auto words = builder.stream<Text, Text>("in").groupByKey();
  const auto numbers = builder.stream<Text, Long>("numbers").groupByKey();
  return words.cogroup(joined).cogroup(numbers, addNumber);
}

void pipeNumber(Pipeline& run, const Text& key, Long number, std::int64_t at) {
  run.driver.input<Text, Long>("numbers").pipe(key, number, fromMillis(at));
}

TEST(WindowedCogroup, RecordsOfAllStreamsGoIntoTheWindowsTheyFallInto) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    toOut(textsAndNumbers(builder).windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).aggregate(none));
  })};
  run.in.pipe(record("a", "x", 1));
  pipeNumber(run, "a", 7, 9);
  pipeNumber(run, "a", 8, 10);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", "x(7)"), Pair("a@10/20", "(8)")));
}

TEST(WindowedCogroup, ARecordIsLateByTheTimeOfItsOwnStreamAsInJava) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    toOut(textsAndNumbers(builder).windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).aggregate(none));
  })};
  pipeNumber(run, "a", 7, 10);
  run.in.pipe(record("a", "x", 1));  // the first of its stream
  pipeNumber(run, "a", 8, 2);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@10/20", "(7)"), Pair("a@0/10", "x")));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(WindowedCogroup, OfSlidingWindows) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    toOut(textsAndNumbers(builder)
              .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(10ms, 1s))
              .aggregate(none, Materialized::as("all").withCachingDisabled()));
  })};
  run.in.pipe(record("a", "x", 100));
  pipeNumber(run, "a", 7, 105);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@90/100", "x"), Pair("a@101/111", "(7)"), Pair("a@95/105", "x(7)")));
}

TEST(WindowedCogroup, OfSessionsNeedsAMerger) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    toOut(textsAndNumbers(builder)
              .windowedBy(SessionWindows::ofInactivityGapAndGrace(10ms, 1s))
              .aggregate(
                  none, [](const Text& one, const Text& other) { return one + other; },
                  Materialized::as("all").withCachingDisabled()));
  })};
  run.in.pipe(record("a", "x", 100));
  pipeNumber(run, "a", 7, 105);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@100/100", "x"), Pair("a@100/100", null), Pair("a@100/105", "x(7)")));
}

TEST(WindowedCogroup, BearsTheNamesItIsGiven) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    toOut(textsAndNumbers(builder)
              .windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .aggregate(none, Named::as("both"), Materialized::as("store")));
  });
  EXPECT_THAT(nodeNames(topology), IsSupersetOf({"both-cogroup-agg-0", "both-cogroup-agg-1", "both-cogroup-merge"}));
  EXPECT_THAT(topology.graph().stores, Contains(Key("store")));
}

TEST(WindowedCogroup, ContinuesFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    toOut(textsAndNumbers(builder).windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).aggregate(none));
  })};
  run.in.pipe(record("a", "x", 1));
  run.driver.crashAndRestart();
  pipeNumber(run, "a", 7, 2);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", "x(7)")));
}

TEST(WindowedCogroup, ARetentionThatIsTooShortIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)textsAndNumbers(builder)
                    .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 5ms))
                    .aggregate(none, Materialized::as("all").withRetention(14ms));
              }),
              AllOf(HasSubstr("'all'"), HasSubstr("14 ms"), HasSubstr("15 ms")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
