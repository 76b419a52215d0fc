// toTable(): a stream read as a table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(ToTable, TheNewestToArriveWinsWhateverItsTimestamp) {
  Pipeline run{texts([](const Texts& in) { in.toTable(Materialized::as("newest")).toStream().to("out"); })};
  run.in.pipe(record("a", "1", 100));
  run.in.pipe(record("a", "2", 50));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "1", 100), record("a", "2", 50)));
  EXPECT_EQ((run.driver.getTimestampedKeyValueStore<Text, Text>("newest").get("a")),
            (ValueAndTimestamp<Text>{"2", fromMillis(50)}));
}

TEST(ToTable, NullDeletes) {
  Pipeline run{texts([](const Texts& in) { in.toTable(Materialized::as("newest")).toStream().to("out"); })};
  run.in.pipe("a", "1");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("a", null)));
  EXPECT_THAT(run.driver.rawStore("newest"), IsEmpty());
}

TEST(ToTable, RecordsWithoutKeyAreDroppedAndCounted) {
  Pipeline run{texts([](const Texts& in) { in.toTable().toStream().to("out"); })};
  run.in.pipe(null, "1");
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(ToTable, IsAViewUntilItHasAName) {
  Pipeline run{texts([](const Texts& in) {
    const auto view = in.toTable();
    EXPECT_EQ(view.queryableStoreName(), std::nullopt);
    view.toStream().to("out");
  })};
  run.in.pipe("a", null);
  EXPECT_THAT(run.driver.storeNames(), IsEmpty());
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null)));
}

TEST(ToTable, TheNameMakesItQueryable) {
  const Topology topology = texts([](const Texts& in) {
    EXPECT_EQ(in.toTable(Named::as("node"), Materialized::as("newest")).queryableStoreName(), "newest");
  });
  EXPECT_TRUE(topology.graph().find("node")->isConnectedTo("newest"));
}

TEST(ToTable, RepartitionsIfTheKeyChangedUnderTheNameOfItsNode) {
  const auto draw = [](const Named& name) {
    return texts([&](const Texts& in) {
      static_cast<void>(
          in.selectKey([](const Text& value) { return value; }).toTable(name, Materialized::as("newest")));
    });
  };
  EXPECT_THAT(internalTopics(draw({})), ElementsAre("KSTREAM-TOTABLE-0000000002-repartition"));
  EXPECT_THAT(internalTopics(draw(Named::as("latest"))), ElementsAre("latest-repartition"));
}

/// Three updates of one key within one commit.
Topology threeUpdates(bool cached) {
  return texts([cached](const Texts& in) {
    const auto how = cached ? Materialized::as("newest") : Materialized::as("newest").withCachingDisabled();
    in.flatMapValues([](const Text&) {
        return std::vector<std::optional<Text>>{"1", "2", "3"};
      })
        .toTable(how)
        .toStream()
        .to("out");
  });
}

TEST(ToTable, TheCacheForwardsTheLastUpdateOfACommit) {
  Pipeline run{threeUpdates(true)};
  run.in.pipe("a", "go");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "3")));
}

TEST(ToTable, WithoutCacheEachUpdateIsForwarded) {
  Pipeline run{threeUpdates(false)};
  run.in.pipe("a", "go");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("a", "2"), Pair("a", "3")));
  Pipeline small{threeUpdates(true), noCache()};
  small.in.pipe("a", "go");
  EXPECT_THAT(small.sent(), SizeIs(3)) << "statestore.cache.max.bytes of 0 switches every cache off";
}

TEST(ToTable, IsRestoredFromItsChangelog) {
  Pipeline run{texts([](const Texts& in) { static_cast<void>(in.toTable(Materialized::as("newest"))); })};
  run.in.pipe("a", "1");
  run.in.pipe("b", "2");
  run.in.pipe("a", null);
  run.driver.crashAndRestart();
  const auto newest = run.driver.getKeyValueStore<Text, Text>("newest");
  EXPECT_EQ(newest->get("a"), std::nullopt);
  EXPECT_EQ(newest->get("b"), "2");
}

}  // namespace
}  // namespace widgetstream::dsl_test
