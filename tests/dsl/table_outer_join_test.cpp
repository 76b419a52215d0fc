// KTable outerJoin(): the rows of two tables, those under one key together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text plus(Nullable<Text> left, Nullable<Text> right) {
  return shown(left) + "+" + shown(right);
}

void outerJoin(const KTable<Text, Text>& left, const KTable<Text, Text>& right) {
  left.outerJoin(right, plus).toStream().to("out");
}

TEST(TableOuterJoin, EveryRowOfBothTablesAppearsAtOnce) {
  Joined run{outerJoin};
  run.left.pipe("a", "l");
  run.right.pipe("b", "r");
  run.right.pipe("a", "r");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l+null"), Pair("b", "null+r"), Pair("a", "l+r")));
}

TEST(TableOuterJoin, TheResultLivesWhileOneOfTheRowsDoes) {
  Joined run{outerJoin};
  run.left.pipe("a", "l");
  run.right.pipe("a", "r");
  run.left.pipe("a", null);
  run.right.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l+null"), Pair("a", "l+r"), Pair("a", "null+r"), Pair("a", null)));
}

TEST(TableOuterJoin, DeletingWhatIsNotThereIsNotTold) {
  Joined run{outerJoin};
  run.left.pipe("a", null);
  run.right.pipe("a", null);
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST(TableOuterJoin, TheResultBearsTheLaterTime) {
  Joined run{outerJoin};
  run.left.pipe(record("a", "l", 20));
  run.right.pipe(record("a", "r", 5));
  run.left.pipe(tombstone("a", 30));
  run.right.pipe(tombstone("a", 7));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "l+null", 20), record("a", "l+r", 20), record("a", "null+r", 30),
                                         tombstone("a", 7)));
}

TEST(TableOuterJoin, CanBeMaterialized) {
  Joined run{[](const auto& left, const auto& right) {
    left.outerJoin(right, plus, Named::as("both"), Materialized::as("pairs")).toStream().to("out");
  }};
  run.right.pipe("a", "r");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("pairs")->get("a")), "null+r");
}

TEST(TableOuterJoin, ItsRowsCanBeLookedUpThoughItKeepsNone) {
  Joined run{[](const auto& left, const auto& right) {
    left.outerJoin(right, plus)
        .outerJoin(left, [](Nullable<Text> both, Nullable<Text> l) { return shown(both) + "/" + shown(l); })
        .toStream()
        .to("out");
  }};
  run.right.pipe("a", "r");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "null+r/null")));
  run.left.pipe("a", "l");
  EXPECT_THAT(run.sent(), Each(Pair("a", "l+r/l")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
