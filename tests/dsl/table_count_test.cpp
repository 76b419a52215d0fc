// count() of a grouped table: how many rows each group has.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/grouped_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(TableCount, CountsTheRowsOfEachGroup) {
  Grouping run{countGroups};
  run.in.pipe("1", "apple");
  run.in.pipe("2", "avocado");
  run.in.pipe("1", "banana");
  run.in.pipe("2", null);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 2), Pair("a", 1), Pair("b", 1), Pair("a", 0)));
}

TEST(TableCount, ARowThatMovesIsCountedInItsNewGroupOnly) {
  Grouping run{countGroups};
  run.in.pipe("1", "apple");
  run.in.pipe("1", "banana");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 0), Pair("b", 1)));
}

TEST(TableCount, ContinuesFromTheChangelogWhenLocalStateIsLost) {
  Grouping run{countGroups};
  run.in.pipe("1", "apple");
  run.driver.crashAndRestart();
  run.in.pipe("2", "avocado");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 2)));
}

}  // namespace
}  // namespace widgetstream::dsl_test
