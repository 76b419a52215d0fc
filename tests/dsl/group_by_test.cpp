// groupByKey(), groupBy(): what the aggregate that follows goes by, and when a repartition topic lies before it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text firstLetter(const Text& value) {
  return value.substr(0, 1);
}

TEST(GroupBy, CountsUnderTheNewKey) {
  Pipeline run{texts([](const Texts& in) { in.groupBy(firstLetter).count().toStream().to("out"); })};
  for (const char* value : {"apple", "bolt", "axe"}) run.in.pipe("k", value);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("b", 1), Pair("a", 2)));
}

TEST(GroupBy, ANullKeyGoesNoFurtherAndIsNotCounted) {
  Pipeline run{texts([](const Texts& in) {
    in.groupBy([](const Text& value) { return value.empty() ? std::nullopt : std::optional{value}; })
        .count()
        .toStream()
        .to("out");
  })};
  run.in.pipe("k", "");
  run.in.pipe("k", "a");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1)));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(GroupBy, TheGroupedNameNamesNodeAndTopic) {
  const Topology topology =
      texts([](const Texts& in) { static_cast<void>(in.groupBy(firstLetter, Grouped::as("letters")).count()); });
  EXPECT_THAT(internalTopics(topology), ElementsAre("letters-repartition"));
  EXPECT_THAT(nodeNames(topology), IsSupersetOf({"letters", "letters-repartition-filter", "letters-repartition-sink",
                                                 "letters-repartition-source"}));
}

TEST(GroupBy, AnUnnamedGroupingMakesATopicForEachAggregateNamedAfterItsStore) {
  const Topology topology = texts([](const Texts& in) {
    auto letters = in.groupBy(firstLetter);
    static_cast<void>(letters.count(Materialized::as("one")));
    static_cast<void>(letters.count(Materialized::as("two")));
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("one-repartition", "two-repartition"));
}

TEST(GroupBy, ANamedGroupingSharesItsTopic) {
  const Topology topology = texts([](const Texts& in) {
    auto letters = in.groupBy(firstLetter, Grouped::as("letters"));
    static_cast<void>(letters.count(Materialized::as("one")));
    static_cast<void>(letters.count(Materialized::as("two")));
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("letters-repartition"));
}

TEST(GroupBy, TheRepartitionTopicCarriesTimestampsHeadersAndTheSerdesOfGrouped) {
  struct LoudSerde {
    void encode(const Text& text, Bytes& out) const { out += text + "!"; }
    [[nodiscard]] Text decode(BytesView bytes) const { return Text{bytes.substr(0, bytes.size() - 1)}; }
  };
  Pipeline run{texts([](const Texts& in) {
    static_cast<void>(in.groupBy(firstLetter, Grouped::with("letters", StringSerde{}, LoudSerde{})).count());
  })};
  run.in.pipe(record("k", "bolt", 8, {{"trace", "7"}}));
  EXPECT_THAT(run.records("test-letters-repartition"), ElementsAre(record("b", "bolt!", 8, {{"trace", "7"}})));
}

TEST(GroupByKey, GoesThroughATopicOnlyIfTheKeyChanged) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) { static_cast<void>(in.groupByKey().count()); })), IsEmpty());
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.selectKey(firstLetter).groupByKey(Grouped::as("letters")).count());
              })),
              ElementsAre("letters-repartition"));
}

TEST(GroupByKey, MayBeAggregatedMoreThanOnce) {
  Pipeline run{texts([](const Texts& in) {
    auto by_key = in.groupByKey();
    by_key.count().toStream().to("counts");
    by_key.reduce([](const Text& all, const Text& next) { return all + next; }).toStream().to("all");
  })};
  run.in.pipe("k", "a");
  run.in.pipe("k", "b");
  EXPECT_THAT(run.sent<Long>("counts"), ElementsAre(Pair("k", 1), Pair("k", 2)));
  EXPECT_THAT(run.sent("all"), ElementsAre(Pair("k", "a"), Pair("k", "ab")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
