// KTable toStream(): the updates of a table as a stream.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(ToStream, ForwardsUpdatesAndTombstones) {
  Pipeline run{drawn([](StreamsBuilder& builder) { builder.table<Text, Text>("in").toStream().to("out"); })};
  run.in.pipe(record("a", "1", 5, {{"trace", "7"}}));
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("a", null)));
}

TEST(ToStream, GivesAStreamWhoseKeyDidNotChange) {
  EXPECT_THAT(internalTopics(drawn([](StreamsBuilder& builder) {
                static_cast<void>(builder.table<Text, Text>("in").toStream().groupByKey().count());
              })),
              IsEmpty());
}

TEST(ToStream, ASelectorGivesANewKey) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in")
        .toStream([](const Text& key, Nullable<Text> value) { return key + (value ? "+" : "-"); }, Named::as("signed"))
        .to("out");
  })};
  run.in.pipe("a", "1");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a+", "1"), Pair("a-", null)));
}

TEST(ToStream, AfterASelectorGroupingRepartitions) {
  EXPECT_THAT(
      internalTopics(drawn([](StreamsBuilder& builder) {
        static_cast<void>(
            builder.table<Text, Text>("in").toStream([](const Text& value) { return value; }).groupByKey().count());
      })),
      SizeIs(1));
}

}  // namespace
}  // namespace widgetstream::dsl_test
