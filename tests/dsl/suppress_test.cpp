// suppress(): updates of a table held back for a while, or until they are final.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"
#include "widgetstream/serde/windowed_serdes.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Ms = Milliseconds;

template <class How>
Topology heldBack(const How& how) {
  return drawn([&](StreamsBuilder& builder) {
    builder.table<Text, Text>("in", Materialized::as("rows")).suppress(how).toStream().to("out");
  });
}

Topology untilTimeLimit(std::int64_t wait) {
  return heldBack(Suppressed::untilTimeLimit(Ms{wait}, BufferConfig::unbounded()));
}

/// Counts in windows of 10 ms with a grace of 5 ms, final results only.
Topology finalCounts() {
  return texts([](const Texts& in) {
    in.groupByKey()
        .windowedBy(TimeWindows::ofSizeAndGrace(Ms{10}, Ms{5}))
        .count()
        .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()))
        .toStream([](const Windowed<Text>& key, Long) {
          return key.key + "@" + std::to_string(toMillis(key.window.start));
        })
        .to("out");
  });
}

class Suppress : public Test {
 protected:
  static void pipe(Pipeline& run, const Text& key, const std::optional<Text>& value, std::int64_t at) {
    run.in.pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
  }
};

TEST_F(Suppress, SendsTheNewestUpdateOnceTheFirstOneHasWaited) {
  Pipeline run{untilTimeLimit(10)};
  pipe(run, "a", "1", 100);
  pipe(run, "a", "2", 109);
  EXPECT_THAT(run.sent(), IsEmpty());
  pipe(run, "b", "3", 110);
  EXPECT_THAT(run.records(), ElementsAre(record("a", "2", 109)));
}

TEST_F(Suppress, WaitsAnewAfterItHasSent) {
  Pipeline run{untilTimeLimit(10)};
  pipe(run, "a", "1", 100);
  pipe(run, "z", "tick", 110);
  pipe(run, "a", "2", 111);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1")));
  pipe(run, "z", "tick", 121);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("z", "tick"), Pair("a", "2")));
}

TEST_F(Suppress, SendsNothingBeforeARecordMovesTimeOn) {
  Pipeline run{untilTimeLimit(10)};
  pipe(run, "a", "1", 100);
  run.driver.advanceWallClockTime(std::chrono::hours{1});
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST_F(Suppress, SendsDeletesToo) {
  Pipeline run{untilTimeLimit(10)};
  pipe(run, "a", "1", 100);
  pipe(run, "a", null, 101);
  pipe(run, "b", "2", 120);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null)));
}

TEST_F(Suppress, SendsTheHeadersOfTheNewestUpdate) {
  Pipeline run{untilTimeLimit(10)};
  run.in.pipe(record("a", "1", 100, {{"n", "1"}}));
  run.in.pipe(record("a", "2", 101, {{"n", "2"}}));
  run.in.pipe(record("b", "3", 120, {{"n", "3"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "2", 101, {{"n", "2"}})));
}

TEST_F(Suppress, LetsEverythingThroughWithoutAWait) {
  Pipeline run{untilTimeLimit(0)};
  pipe(run, "a", "1", 100);
  pipe(run, "a", "2", 50);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("a", "2")));
}

TEST_F(Suppress, SendsTheOldestEarlyWhenAnEagerBufferIsFull) {
  Pipeline run{heldBack(Suppressed::untilTimeLimit(Ms{1000}, BufferConfig::maxRecords(2)))};
  pipe(run, "a", "1", 100);
  pipe(run, "b", "2", 101);
  pipe(run, "a", "3", 102);
  EXPECT_THAT(run.sent(), IsEmpty());
  pipe(run, "c", "4", 103);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "3")));
}

TEST_F(Suppress, EndsTheApplicationWhenAStrictBufferIsFull) {
  Pipeline run{heldBack(Suppressed::untilTimeLimit(Ms{1000}, BufferConfig::maxRecords(1).shutDownWhenFull()))};
  pipe(run, "a", "1", 100);
  try {
    pipe(run, "b", "2", 101);
    FAIL() << "it went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("KTABLE-SUPPRESS-0000000002"), HasSubstr("2 of 1 records")));
  }
}

TEST_F(Suppress, BoundsBytesAsJavaCountsThem) {
  Pipeline run{heldBack(Suppressed::untilTimeLimit(Ms{1000}, BufferConfig::maxBytes(64)))};
  pipe(run, "a", "1", 100);
  pipe(run, "b", "2", 101);
  EXPECT_THAT(run.sent(), IsEmpty()) << "32 bytes each";
  pipe(run, "b", "22", 102);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1")));
}

TEST_F(Suppress, SendsOnlyFinalResultsOfWindowsWhenTheyClose) {
  Pipeline run{finalCounts()};
  pipe(run, "a", "", 1);
  pipe(run, "a", "", 9);
  pipe(run, "b", "", 12);
  pipe(run, "a", "", 3);
  pipe(run, "b", "", 14);
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  pipe(run, "b", "", 15);
  EXPECT_THAT(run.records<Long>(), ElementsAre((TestRecord<Text, Long>{"a@0", 3, fromMillis(9), {}})));
  pipe(run, "a", "", 2);
  pipe(run, "z", "", 40);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("b@10", 3)));
}

TEST_F(Suppress, SwallowsDeletesOfWindowsThatNobodyHasSeen) {
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey()
        .windowedBy(TimeWindows::ofSizeWithNoGrace(Ms{10}))
        .aggregate([] { return Text{}; },
                   [](const Text&, const Text& v, const Text& agg) {
                     return v == "drop" ? std::nullopt : std::optional{agg + v};
                   })
        .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()))
        .toStream([](const Windowed<Text>& key, Nullable<Text>) { return key.key; })
        .to("out");
  })};
  pipe(run, "a", "1", 1);
  pipe(run, "a", "drop", 2);
  pipe(run, "b", "2", 3);
  pipe(run, "z", "", 40);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("b", "2")));
}

TEST_F(Suppress, RemembersWhatWaitsWhenTheTaskIsLost) {
  Pipeline run{untilTimeLimit(10)};
  pipe(run, "a", "1", 100);
  pipe(run, "b", "2", 101);
  pipe(run, "c", "3", 110);
  run.driver.crashAndRestart();
  pipe(run, "a", "4", 115);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  pipe(run, "d", "5", 120);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("c", "3")));
}

TEST_F(Suppress, ForgetsWhatWaitsWithoutAChangelog) {
  const Topology topology =
      heldBack(Suppressed::untilTimeLimit(Ms{10}, BufferConfig::maxRecords(9).withLoggingDisabled()).withName("hold"));
  EXPECT_FALSE(topology.graph().stores.at("hold-store").logging);
  Pipeline run{topology};
  pipe(run, "a", "1", 100);
  run.driver.crashAndRestart();
  pipe(run, "b", "2", 200);
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST_F(Suppress, ShowsTablesBelowWhatItHasSent) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    const auto calm = builder.table<Text, Text>("in", Materialized::as("rows"))
                          .suppress(Suppressed::untilTimeLimit(Ms{10}, BufferConfig::unbounded()));
    builder.stream<Text, Text>("events")
        .leftJoin(calm, [](const Text& event, Nullable<Text> row) { return event + row.value_or("-"); })
        .to("out");
  })};
  auto events = run.driver.input<Text, Text>("events");
  pipe(run, "a", "1", 100);
  events.pipe("a", "e", fromMillis(100));
  pipe(run, "z", "tick", 110);
  events.pipe("a", "f", fromMillis(110));
  pipe(run, "a", "2", 111);
  events.pipe("a", "g", fromMillis(111));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "e-"), Pair("a", "f1"), Pair("a", "g1")));
}

TEST_F(Suppress, NamesItsNodeAndStoreAsJavaDoes) {
  const Topology unnamed = untilTimeLimit(1);
  EXPECT_THAT(nodeNames(unnamed), Contains("KTABLE-SUPPRESS-0000000002"));
  EXPECT_TRUE(unnamed.graph().stores.contains("KTABLE-SUPPRESS-STATE-STORE-0000000003"));
  const Topology named = heldBack(Suppressed::untilTimeLimit(Ms{1}, BufferConfig::unbounded()).withName("calm"));
  EXPECT_THAT(nodeNames(named), IsSupersetOf({"calm", "KTABLE-TOSTREAM-0000000002"}));
  EXPECT_TRUE(named.graph().stores.contains("calm-store"));
}

TEST_F(Suppress, PassesTheChangelogsConfigOn) {
  const Topology topology = heldBack(
      Suppressed::untilTimeLimit(Ms{1}, BufferConfig::maxRecords(1).withLoggingEnabled({{"segment.bytes", "7"}}))
          .withName("calm"));
  EXPECT_EQ(topology.graph().stores.at("calm-store").log_config.at("segment.bytes"), "7");
}

TEST_F(Suppress, BringsTheChangelogBackWhereJavaDoes) {
  EXPECT_TRUE(BufferConfig::unbounded().withLoggingDisabled().withMaxRecords(1).logging);
  EXPECT_TRUE(BufferConfig::maxBytes(1).withLoggingDisabled().shutDownWhenFull().logging);
  EXPECT_FALSE(BufferConfig::maxBytes(1).withLoggingDisabled().withMaxRecords(1).logging);
  EXPECT_FALSE(BufferConfig::unbounded().withMaxRecords(1).withLoggingDisabled().logging);
}

TEST_F(Suppress, WaitsForWindowsOnlyBelowWindows) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto strange = builder.table<Windowed<Text>, Text>(
                    "in", Consumed::with(TimeWindowedSerde<Text>{Ms{10}}, StringSerde{}));
                static_cast<void>(strange.suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded())));
              }),
              HasSubstr("no windowed aggregation leads to it: KTABLE-SOURCE-0000000002"));
}

TEST_F(Suppress, RefusesVersionedTables) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.table<Text, Text>("in", Materialized::as(persistentVersionedKeyValueStore("rows", Ms{100})))
                    .filter([](const Text&) { return true; })
                    .suppress(Suppressed::untilTimeLimit(Ms{1}, BufferConfig::unbounded()).withName("calm"))
                    .toStream()
                    .to("out");
              }),
              HasSubstr("suppress() 'calm' of the versioned table"));
}

TEST_F(Suppress, RefusesANegativeWait) {
  EXPECT_THROW((void)Suppressed::untilTimeLimit(Ms{-1}, BufferConfig::unbounded()), Error);
}

}  // namespace
}  // namespace widgetstream::dsl_test
