// KTable mapValues(): a new value for each row.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Long length(const Text& value) {
  return static_cast<Long>(value.size());
}

Topology lengths(const BasicMaterialized<>* how = nullptr) {
  return drawn([&](StreamsBuilder& builder) {
    const auto table = builder.table<Text, Text>("in");
    (how ? table.mapValues(length, *how) : table.mapValues(length)).toStream().to("out");
  });
}

TEST(TableMapValues, MapsEachUpdate) {
  Pipeline run{lengths()};
  run.in.pipe(record("a", "bolt", 5, {{"trace", "7"}}));
  EXPECT_THAT(run.records<Long>(), ElementsAre(TestRecord<Text, Long>{"a", 4, fromMillis(5), {{"trace", "7"}}}));
  EXPECT_THAT(run.driver.storeNames(), IsEmpty());
}

TEST(TableMapValues, ATombstoneStaysOneAndTheMapperIsNotAsked) {
  Watched watched;
  Pipeline run{lengths(), watched.options};
  run.in.pipe("a", "bolt");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 4), Pair("a", null)));
  EXPECT_THAT(*watched.errors, IsEmpty());
}

TEST(TableMapValues, AnEmptyOptionalIsATombstone) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in")
        .mapValues(
            [](const Text& key, const Text& value) { return key == value ? std::nullopt : std::optional{value}; })
        .toStream()
        .to("out");
  })};
  run.in.pipe("a", "a");
  run.in.pipe("a", "b");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null), Pair("a", "b")));
}

TEST(TableMapValues, TextMayBeALiteral) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in").mapValues([](const Text&) { return "there"; }).toStream().to("out");
  })};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "there")));
}

TEST(TableMapValues, WithANameItIsAStoreOfItsOwn) {
  const auto how = Materialized::as("lengths");
  Pipeline run{lengths(&how)};
  run.in.pipe("a", "bolt");
  run.in.pipe("a", "screw");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Long>("lengths")->get("a")), 5);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 4), Pair("a", 5)));
  run.driver.crashAndRestart();
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Long>("lengths")->get("a")), 5);
}

}  // namespace
}  // namespace widgetstream::dsl_test
