// flatMapValues(): any number of values under the same key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

std::vector<Text> words(const Text& line) {
  std::vector<Text> all;
  for (std::size_t from = 0; from < line.size();) {
    const std::size_t to = std::min(line.find(' ', from), line.size());
    all.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return all;
}

TEST(FlatMapValues, ForwardsEachValueInTheOrderOfTheRange) {
  Pipeline run{texts([](const Texts& in) { in.flatMapValues(words).to("out"); })};
  run.in.pipe(record("a", "to be or", 4, {{"trace", "7"}}));
  run.in.pipe("a", "");
  EXPECT_THAT(run.records(), ElementsAre(record("a", "to", 4, {{"trace", "7"}}), record("a", "be", 4, {{"trace", "7"}}),
                                         record("a", "or", 4, {{"trace", "7"}})));
}

TEST(FlatMapValues, ValuesMayBeNullOrLiterals) {
  Pipeline run{texts([](const Texts& in) {
    in.flatMapValues([](const Text& value) {
        return std::vector{std::optional{value}, std::optional<Text>{}};
      }).to("out");
    in.flatMapValues([](const Text&) { return std::array{"one", "two"}; }).to("literals");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x"), Pair("a", null)));
  EXPECT_THAT(run.sent("literals"), ElementsAre(Pair("a", "one"), Pair("a", "two")));
}

TEST(FlatMapValues, MaySeeTheKeyAlsoNull) {
  Pipeline run{texts([](const Texts& in) {
    in.flatMapValues([](Nullable<Text> key, const Text& value) {
        return std::vector{key.value_or("?"), value};
      }).to("out");
  })};
  run.in.pipe(null, "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair(null, "?"), Pair(null, "x")));
}

TEST(FlatMapValues, GroupingAfterItDoesNotRepartition) {
  EXPECT_THAT(
      internalTopics(texts([](const Texts& in) { static_cast<void>(in.flatMapValues(words).groupByKey().count()); })),
      IsEmpty());
}

}  // namespace
}  // namespace widgetstream::dsl_test
