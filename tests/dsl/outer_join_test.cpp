// outerJoin() of two streams: pairs, and the records of both sides that find no partner.

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology outerJoined(const JoinWindows& windows, StreamJoinedFor<Text, Text, Text> how = {}) {
  return joined([&](const Texts& left, const Texts& right) { return left.outerJoin(right, outerPairOf, windows, how); });
}

TEST(OuterJoin, PairsAsAJoinDoes) {
  JoinRun run{outerJoined(tenMillis())};
  run.l("a", "L", 100);
  run.r("a", "r", 105);
  EXPECT_THAT(run.sent(), ElementsAre("a:Lr@105"));
}

TEST(OuterJoin, SendsLonelyRecordsOfBothSidesInTheOrderOfTime) {
  JoinRun run{outerJoined(tenMillis(5))};
  run.r("b", "r", 101);
  run.l("a", "L", 100);
  run.l("c", "M", 101);
  run.l("z", "tick", 117);
  EXPECT_THAT(run.sent(), ElementsAre("a:L-@100", "b:-r@101", "c:M-@101"));
}

TEST(OuterJoin, WaitsForEachSideAsLongAsPartnersCanCome) {
  JoinRun run{outerJoined(tenMillis().before(Ms{2}))};
  run.l("a", "L", 100);
  run.r("b", "r", 100);
  run.r("z", "tick", 103);
  EXPECT_THAT(run.sent(), ElementsAre("b:-r@100"));
  run.l("z", "tick", 111);
  EXPECT_THAT(run.sent(), ElementsAre("a:L-@100", "z:-tick@103"));
}

TEST(OuterJoin, SendsRecordsWithoutKeyAtOnceAndAlone) {
  JoinRun run{outerJoined(tenMillis())};
  run.l(null, "L", 100);
  run.r(null, "r", 101);
  run.r("a", null, 101);
  EXPECT_THAT(run.sent(), ElementsAre("-:L-@100", "-:-r@101"));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(OuterJoin, SendsALateRecordWithoutPartnerAtOnce) {
  JoinRun run{outerJoined(tenMillis(100))};
  run.l("z", "tick", 200);
  run.r("a", "r", 189);
  EXPECT_THAT(run.sent(), ElementsAre("a:-r@189"));
}

TEST(OuterJoin, RemembersLonelyRecordsWhenLocalStateIsLost) {
  JoinRun run{outerJoined(tenMillis())};
  run.l("a", "L", 100);
  run.r("b", "r", 100);
  run.driver.crashAndRestart();
  run.r("a", "s", 105);
  run.l("z", "tick", 200);
  EXPECT_THAT(run.sent(), ElementsAre("a:Ls@105", "b:-r@100"));
}

TEST(OuterJoin, SharesAStoreLikeItsLeftOne) {
  const Topology topology = outerJoined(
      tenMillis(5), StreamJoined::with(inMemoryWindowStore("mine", Ms{25}, Ms{20}, true),
                                       persistentWindowStore("yours", Ms{25}, Ms{20}, true)));
  EXPECT_FALSE(topology.graph().stores.at("mine-outer-shared-join-store").persistent);
}

TEST(OuterJoin, KeepsNothingInChangelogsWhenLoggingIsOff) {
  const Topology topology = outerJoined(tenMillis(), StreamJoined{}.withLoggingDisabled());
  for (const auto& [name, store] : topology.graph().stores) EXPECT_FALSE(store.logging) << name;
}

}  // namespace
}  // namespace widgetstream::dsl_test
