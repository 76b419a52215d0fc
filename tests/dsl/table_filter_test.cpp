// KTable filter(), filterNot(): the rows a predicate accepts, or refuses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

bool isLong(const Text& value) {
  return value.size() > 3;
}

Topology longRows(const std::function<KTable<Text, Text>(const KTable<Text, Text>&)>& filter) {
  return drawn([&](StreamsBuilder& builder) { filter(builder.table<Text, Text>("in")).toStream().to("out"); });
}

TEST(TableFilter, ARowThatNoLongerPassesBecomesATombstone) {
  Pipeline run{longRows([](const auto& table) { return table.filter(isLong); })};
  run.in.pipe(record("a", "bolt", 5, {{"trace", "7"}}));
  run.in.pipe("a", "nut");
  run.in.pipe("a", "screw");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "bolt"), Pair("a", null), Pair("a", "screw")));
}

TEST(TableFilter, OfAViewEveryRowThatDoesNotPassIsATombstone) {
  Pipeline run{longRows([](const auto& table) { return table.filter(isLong); })};
  run.in.pipe("a", "nut");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null))) << "a view cannot know that the row never passed";
}

TEST(TableFilter, OfATableWithAStoreOnlyRealChangesAreTold) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in", Materialized::as("widgets")).filter(isLong).toStream().to("out");
  })};
  for (const char* value : {"nut", "bolt", "nut", "nut"}) run.in.pipe("a", value);
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "bolt"), Pair("a", null)));
}

TEST(TableFilter, FilterNotKeepsTheOthers) {
  Pipeline run{longRows([](const auto& table) { return table.filterNot(isLong); })};
  run.in.pipe("a", "nut");
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "nut"), Pair("a", null)));
}

TEST(TableFilter, ThePredicateNeverSeesNull) {
  Watched watched;
  Pipeline run{longRows([](const auto& table) { return table.filter(isLong); }), watched.options};
  run.in.pipe("a", "bolt");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "bolt"), Pair("a", null)));
  EXPECT_THAT(*watched.errors, IsEmpty());
}

TEST(TableFilter, WithANameItIsAStoreOfItsOwn) {
  Pipeline run{longRows([](const auto& table) { return table.filter(isLong, Materialized::as("long-ones")); })};
  run.in.pipe("a", "bolt");
  run.in.pipe("b", "nut");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("long-ones")->get("a")), "bolt");
  run.in.pipe("a", "nut");
  EXPECT_THAT(run.driver.rawStore("long-ones"), IsEmpty());
}

TEST(TableFilter, SerdesOfAnUnnamedMaterializedHoldForTheNodesBelow) {
  struct LoudSerde {
    void encode(const Text& text, Bytes& out) const { out += text + "!"; }
    [[nodiscard]] Text decode(BytesView bytes) const { return Text{bytes}; }
  };
  Pipeline run{
      longRows([](const auto& table) { return table.filter(isLong, Materialized::with(LoudSerde{}, LoudSerde{})); })};
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.driver.storeNames(), IsEmpty()) << "without a name there is no store";
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a!", "bolt!")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
