// count(): how many records each key has had, as a table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology counted(const BasicMaterialized<>& how) {
  return texts([&](const Texts& in) { in.groupByKey().count(how).toStream().to("out"); });
}

TEST(CountOfKeys, EmitsEveryUpdateInInputOrder) {
  Pipeline run{counted(Materialized::as("counts"))};
  for (const char* key : {"bolt", "nut", "bolt"}) run.in.pipe(key, "ordered");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("bolt", 1), Pair("nut", 1), Pair("bolt", 2)));
}

TEST(CountOfKeys, RecordsWithoutKeyOrValueAreDroppedAndCounted) {
  Pipeline run{counted(Materialized::as("counts"))};
  run.in.pipe(null, "ordered");
  run.in.pipe("bolt", null);
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(CountOfKeys, HasTheLargestTimestampAndTheNewestHeaders) {
  Pipeline run{counted(Materialized::as("counts"))};
  run.in.pipe(record("bolt", "ordered", 100, {{"trace", "1"}}));
  run.in.pipe(record("bolt", "ordered", 50, {{"trace", "2"}}));
  EXPECT_THAT(run.records<Long>(), ElementsAre(TestRecord<Text, Long>{"bolt", 1, fromMillis(100), {{"trace", "1"}}},
                                               TestRecord<Text, Long>{"bolt", 2, fromMillis(100), {{"trace", "2"}}}));
}

TEST(CountOfKeys, ContinuesFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{counted(Materialized::as("counts"))};
  run.in.pipe("bolt", "ordered");
  run.driver.crashAndRestart();
  run.in.pipe("bolt", "ordered");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("bolt", 1), Pair("bolt", 2)));
}

TEST(CountOfKeys, WithoutAChangelogBeginsAnewWhenLocalStateIsLost) {
  Pipeline run{counted(Materialized::as("counts").withLoggingDisabled())};
  run.in.pipe("bolt", "ordered");
  run.driver.crashAndRestart();
  run.in.pipe("bolt", "ordered");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("bolt", 1), Pair("bolt", 1)));
}

TEST(CountOfKeys, TheChangelogHoldsJavasBytes) {
  Pipeline run{counted(Materialized::as("counts"))};
  run.in.pipe(record("bolt", "ordered", 7));
  EXPECT_THAT(run.records<Long>("test-counts-changelog"),
              ElementsAre(TestRecord<Text, Long>{"bolt", 1, fromMillis(7), {}}));
}

TEST(CountOfKeys, TwoStoresOfOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                auto by_key = builder.stream<Text, Text>("in").groupByKey();
                static_cast<void>(by_key.count(Materialized::as("counts")));
                static_cast<void>(by_key.count(Materialized::as("counts")));
              }),
              AllOf(HasSubstr("store 'counts'"), HasSubstr("give each store a name of its own")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
