// KTable leftJoin(): each row of a table, with that of another where there is one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text plus(const Text& left, Nullable<Text> right) {
  return left + "+" + shown(right);
}

void leftJoin(const KTable<Text, Text>& left, const KTable<Text, Text>& right) {
  left.leftJoin(right, plus).toStream().to("out");
}

TEST(TableLeftJoin, EveryLeftRowAppearsAtOnce) {
  Joined run{leftJoin};
  run.left.pipe("a", "l1");
  run.right.pipe("a", "r1");
  run.right.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l1+null"), Pair("a", "l1+r1"), Pair("a", "l1+null")));
}

TEST(TableLeftJoin, ARightRowAloneIsNothing) {
  Joined run{leftJoin};
  run.right.pipe("a", "r1");
  run.right.pipe("a", null);
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST(TableLeftJoin, ADeletedLeftRowDeletesTheResult) {
  Joined run{leftJoin};
  run.left.pipe("a", "l1");
  run.left.pipe("a", null);
  run.left.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l1+null"), Pair("a", null))) << "and only once";
}

TEST(TableLeftJoin, WithARightRowEachDeletionIsTold) {
  Joined run{leftJoin};
  run.right.pipe("a", "r1");
  run.left.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null))) << "the join looks at the right row alone, as in Java";
}

TEST(TableLeftJoin, ATombstoneForARowThatNeverWasIsNotTold) {
  Joined run{[](const auto& left, const auto& right) {
    left.filter([](const Text& v) { return v.size() > 1; }).leftJoin(right, plus).toStream().to("out");
  }};
  run.left.pipe("a", "l");
  EXPECT_THAT(run.sent(), IsEmpty()) << "the left table keeps its rows and tells old values, so the filter knows";
}

TEST(TableLeftJoin, TheResultBearsTheLaterTime) {
  Joined run{leftJoin};
  run.left.pipe(record("a", "l1", 10));
  run.right.pipe(record("a", "r1", 20));
  run.left.pipe(record("a", "l2", 15));
  run.right.pipe(tombstone("a", 12));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "l1+null", 10), record("a", "l1+r1", 20), record("a", "l2+r1", 20),
                                         record("a", "l2+null", 15)));
}

TEST(TableLeftJoin, CanBeMaterialized) {
  Joined run{[](const auto& left, const auto& right) {
    left.leftJoin(right, plus, Materialized::as("pairs")).toStream().to("out");
  }};
  run.left.pipe("a", "l");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("pairs")->get("a")), "l+null");
}

TEST(TableLeftJoin, ItsRowsCanBeLookedUpThoughItKeepsNone) {
  Joined run{[](const auto& left, const auto& right) {
    left.leftJoin(right, plus).join(right, [](const Text& both, const Text& r) { return both + "/" + r; })
        .toStream()
        .to("out");
  }};
  run.left.pipe("a", "l");
  EXPECT_THAT(run.sent(), IsEmpty());
  run.right.pipe("a", "r");
  EXPECT_THAT(run.sent(), Each(Pair("a", "l+r/r")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
