// aggregate() of a grouped table: any type, from an initializer, an adder and a subtractor.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/grouped_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(TableAggregate, AggregateBeginsWithTheInitializer) {
  Grouping run{[](auto groups) {
    groups
        .aggregate([] { return "0"; },
                   [](const Text& key, const Text& value, const Text& sum) { return sum + "+" + key + value; },
                   [](const Text& value, const Text& sum) { return sum + "-" + value; })
        .toStream()
        .to("out");
  }};
  run.in.pipe("1", "a1");
  run.in.pipe("1", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "0+aa1"), Pair("a", "0+aa1-a1")));
}

TEST(TableAggregate, AnEmptyOptionalDeletesTheGroup) {
  Grouping run{[](auto groups) {
    groups
        .aggregate([] { return Long{0}; }, [](const Text&, Long sum) { return sum + 1; },
                   [](const Text&, Long sum) { return sum > 1 ? std::optional{sum - 1} : std::nullopt; },
                   Materialized::as("sizes"))
        .toStream()
        .to("out");
  }};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "banana");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", null), Pair("b", 1)));
  EXPECT_THAT(run.driver.rawStore("sizes"), SizeIs(1));
}

TEST(TableAggregate, SubtractsNothingFromAGroupThatWasDeleted) {
  Grouping run{[](auto groups) {
    groups
        .aggregate([] { return "0"; }, [](const Text& value, const Text& sum) { return sum + "+" + value; },
                   [](const Text&, const Text&) { return std::optional<Text>{}; })
        .toStream()
        .to("out");
  }};
  run.in.pipe("1", "a1");
  run.in.pipe("2", "a2");
  run.in.pipe("1", null);  // deletes the group, row 2 and all
  run.in.pipe("2", null);  // has nothing to be subtracted from
  run.in.pipe("3", "a3");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "0+a1"), Pair("a", "0+a1+a2"), Pair("a", null), Pair("a", null),
                                      Pair("a", "0+a3")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
