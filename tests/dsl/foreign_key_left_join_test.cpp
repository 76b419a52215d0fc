// KTable leftJoin() by a foreign key: each row, with the row of another table that it looks at where there is one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

std::optional<Text> lookedAt(const Text& value) {
  if (value == "none") return std::nullopt;
  return value.substr(0, value.find('-'));
}
Text plus(const Text& left, Nullable<Text> right) {
  return left + "+" + shown(right);
}

void byForeignKey(const KTable<Text, Text>& left, const KTable<Text, Text>& right) {
  left.leftJoin(right, lookedAt, plus).toStream().to("out");
}

TEST(ForeignKeyLeftJoin, EveryLeftRowAppearsAtOnce) {
  Joined run{byForeignKey};
  run.left.pipe("a", "x-1");
  run.right.pipe("x", "X");
  run.right.pipe("x", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+null"), Pair("a", "x-1+X"), Pair("a", "x-1+null")));
}

TEST(ForeignKeyLeftJoin, ARowThatLooksAtNothingAppearsToo) {
  Joined run{byForeignKey};
  run.left.pipe("a", "none");
  run.left.pipe("a", null);
  run.left.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "none+null"), Pair("a", null)));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(ForeignKeyLeftJoin, ARowMayLookElsewhere) {
  Joined run{byForeignKey};
  run.right.pipe("x", "X");
  for (const char* value : {"x-1", "y-1", "none", "x-2"}) run.left.pipe("a", value);
  run.left.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x-1+X"), Pair("a", "y-1+null"), Pair("a", "none+null"),
                                      Pair("a", "x-2+X"), Pair("a", null)));
  run.right.pipe("x", "XX");
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST(ForeignKeyLeftJoin, CanBeNamedAndMaterialized) {
  Joined run{[](const auto& left, const auto& right) {
    left.leftJoin(right, lookedAt, plus, TableJoined::as("look"), Materialized::as("pairs")).toStream().to("out");
  }};
  run.left.pipe("a", "x-1");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("pairs")->get("a")), "x-1+null");
}

}  // namespace
}  // namespace widgetstream::dsl_test
