// table(): a topic as a table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology tableOf(const BasicMaterialized<>& how) {
  return drawn([&](StreamsBuilder& builder) { builder.table<Text, Text>("in", how).toStream().to("out"); });
}

TEST(Table, HoldsTheNewestValueOfEachKey) {
  Pipeline run{tableOf(Materialized::as("widgets"))};
  run.in.pipe(record("a", "1", 100));
  run.in.pipe(record("a", "2", 50, {{"trace", "7"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "1", 100), record("a", "2", 50, {{"trace", "7"}})));
  EXPECT_EQ((run.driver.getTimestampedKeyValueStore<Text, Text>("widgets").get("a")),
            (ValueAndTimestamp<Text>{"2", fromMillis(50)}));
}

TEST(Table, NullDeletesTheRow) {
  Pipeline run{tableOf(Materialized::as("widgets"))};
  run.in.pipe("a", "1");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("a", null)));
  EXPECT_THAT(run.driver.rawStore("widgets"), IsEmpty());
}

TEST(Table, DeletingARowThatIsNotThereIsToldWithoutACacheOnly) {
  Pipeline cached{tableOf(Materialized::as("widgets"))};
  cached.in.pipe("a", null);
  EXPECT_THAT(cached.sent(), IsEmpty());
  Pipeline run{tableOf(Materialized::as("widgets").withCachingDisabled())};
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null)));
}

TEST(Table, RecordsWithoutKeyAreDroppedAndCounted) {
  Pipeline run{tableOf(Materialized::as("widgets"))};
  run.in.pipe(null, "1");
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(Table, HasNoStoreUntilItHasAName) {
  Pipeline run{drawn([](StreamsBuilder& builder) { builder.table<Text, Text>("in").toStream().to("out"); })};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.driver.storeNames(), IsEmpty());
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1")));
}

TEST(Table, IsRestoredFromItsChangelog) {
  Pipeline run{tableOf(Materialized::as("widgets"))};
  run.in.pipe("a", "1");
  run.in.pipe("b", "2");
  run.in.pipe("a", null);
  run.driver.crashAndRestart();
  const auto widgets = run.driver.getKeyValueStore<Text, Text>("widgets");
  EXPECT_EQ(widgets->get("a"), std::nullopt);
  EXPECT_EQ(widgets->get("b"), "2");
}

TEST(Table, TheNameOfConsumedNamesSourceAndTable) {
  EXPECT_THAT(nodeNames(drawn([](StreamsBuilder& builder) {
                static_cast<void>(builder.table<Text, Text>("in", Consumed::as("widgets")));
              })),
              ElementsAre("widgets-source", "widgets"));
}

TEST(Table, ATopicIsReadAsAStreamOrAsATable) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").to("out");
                builder.table<Text, Text>("in").toStream().to("again");
              }),
              AllOf(HasSubstr("topic 'in' is read by source"), HasSubstr("connect both to one source")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
