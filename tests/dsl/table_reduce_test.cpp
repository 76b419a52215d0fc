// reduce() of a grouped table: one value of all rows of a group, and what leaves is subtracted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/grouped_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(TableReduce, ReduceBeginsWithTheFirstRowAndSubtractsBeforeItAdds) {
  Grouping run{reduceGroups};
  run.in.pipe("1", "a1");
  run.in.pipe("2", "a2");
  run.in.pipe("1", "a3");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "a1"), Pair("a", "a1+a2"), Pair("a", "a1+a2-a1+a3")));
}

TEST(TableReduce, TheAggregateBearsTheLaterTime) {
  Grouping run{reduceGroups};
  run.in.pipe(record("1", "a1", 20, {{"trace", "7"}}));
  run.in.pipe(record("2", "a2", 10, {{"trace", "8"}}));
  EXPECT_THAT(run.records(),
              ElementsAre(record("a", "a1", 20, {{"trace", "7"}}), record("a", "a1+a2", 20, {{"trace", "8"}})));
}

TEST(TableReduce, ADeletionBearsTheLaterTimeWithoutACacheAndItsOwnBehindOne) {
  const auto times = [](const TopologyTestDriverOptions& options) {
    Grouping run{[](auto groups) {
                   const auto none = [](const Text&, const Text&) { return std::optional<Text>{}; };
                   groups.reduce(added, none).toStream().to("out");
                 },
                 options};
    run.in.pipe(record("1", "a1", 20));
    run.in.pipe(TestRecord<Text, Text>{"1", std::nullopt, fromMillis(10), {}});
    return run.records().back().timestamp;
  };
  EXPECT_EQ(times(noCache()), fromMillis(20));
  EXPECT_EQ(times({}), fromMillis(10)) << "as Java's cache does it";
}

}  // namespace
}  // namespace widgetstream::dsl_test
