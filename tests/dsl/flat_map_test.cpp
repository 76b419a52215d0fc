// flatMap(): any number of keys and values for each record.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(FlatMap, ForwardsEachPairInTheOrderOfTheRange) {
  Pipeline run{texts([](const Texts& in) {
    in.flatMap([](const Text& key, const Text& value) {
        std::vector<std::pair<Text, Long>> pairs;
        for (const char letter : value) pairs.emplace_back(key + letter, static_cast<Long>(pairs.size()));
        return pairs;
      }).to("out");
  })};
  run.in.pipe("k", "xyx");
  run.in.pipe("k", "");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("kx", 0), Pair("ky", 1), Pair("kx", 2)));
}

TEST(FlatMap, EachHasTheTimestampAndHeadersOfTheRecord) {
  Pipeline run{texts([](const Texts& in) {
    in.flatMap([](const Text& key, const Text& value) {
        return std::vector{std::pair{key, value}, std::pair{value, key}};
      }).to("out");
  })};
  run.in.pipe(record("a", "b", 9, {{"trace", "7"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "b", 9, {{"trace", "7"}}), record("b", "a", 9, {{"trace", "7"}})));
}

TEST(FlatMap, AStdMapIsARangeOfPairs) {
  Pipeline run{texts([](const Texts& in) {
    in.flatMap([](const Text& value) {
        return std::map<Text, Text>{{"twice", value + value}, {"once", value}};
      }).to("out");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("once", "x"), Pair("twice", "xx")));
}

TEST(FlatMap, PairsMayHaveNulls) {
  Pipeline run{texts([](const Texts& in) {
    in.flatMap([](const Text& value) {
        return std::vector{std::pair{std::optional<Text>{}, std::optional{value}},
                           std::pair{std::optional{value}, std::optional<Text>{}}};
      }).to("out");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair(null, "x"), Pair("x", null)));
}

TEST(FlatMap, GroupingAfterItRepartitions) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.flatMap([](const Text& value) {
                                      return std::map<Text, Text>{{value, value}};
                                    })
                                      .groupByKey()
                                      .count());
              })),
              SizeIs(1));
}

}  // namespace
}  // namespace widgetstream::dsl_test
