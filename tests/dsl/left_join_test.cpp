// leftJoin() of two streams: pairs, and left records that find no partner.

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology leftJoined(const JoinWindows& windows, StreamJoinedFor<Text, Text, Text> how = {}) {
  return joined([&](const Texts& left, const Texts& right) { return left.leftJoin(right, leftPairOf, windows, how); });
}

TEST(LeftJoin, PairsAsAJoinDoes) {
  JoinRun run{leftJoined(tenMillis())};
  run.l("a", "L", 100);
  run.r("a", "r", 105);
  run.r("a", "s", 106);
  EXPECT_THAT(run.sent(), ElementsAre("a:Lr@105", "a:Ls@106"));
}

TEST(LeftJoin, SendsALonelyLeftRecordWhenTimeIsPastItsWindowAndGrace) {
  JoinRun run{leftJoined(tenMillis(5))};
  run.l("a", "L", 100);
  run.r("z", "tick", 115);
  EXPECT_THAT(run.sent(), IsEmpty());
  run.r("z", "tick", 116);
  EXPECT_THAT(run.sent(), ElementsAre("a:L-@100"));
  run.r("z", "tick", 200);
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST(LeftJoin, NeverSendsALonelyRightRecord) {
  JoinRun run{leftJoined(tenMillis())};
  run.r("a", "r", 100);
  run.r("z", "tick", 200);
  run.r(null, "r", 201);
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(LeftJoin, ForgetsThatARecordWasAloneWhenAPartnerComesInTheGrace) {
  JoinRun run{leftJoined(tenMillis(50))};
  run.l("a", "L", 100);
  run.r("z", "tick", 140);
  run.r("a", "r", 95);
  run.r("z", "tick", 300);
  EXPECT_THAT(run.sent(), ElementsAre("a:Lr@100"));
}

TEST(LeftJoin, SendsLonelyRecordsOfOneKeyAndTimeAllInTheirOrder) {
  JoinRun run{leftJoined(tenMillis())};
  run.l("b", "1", 100);
  run.l("a", "2", 101);
  run.l("a", "3", 101);
  run.l("a", "4", 101);
  run.l("z", "tick", 200);
  EXPECT_THAT(run.sent(), ElementsAre("b:1-@100", "a:2-@101", "a:3-@101", "a:4-@101"));
}

TEST(LeftJoin, SendsALateLeftRecordWithoutPartnerAtOnce) {
  JoinRun run{leftJoined(tenMillis(100))};
  run.r("z", "tick", 200);
  run.l("a", "L", 189);
  EXPECT_THAT(run.sent(), ElementsAre("a:L-@189"));
  run.l("a", "M", 190);
  EXPECT_THAT(run.sent(), IsEmpty());
}

TEST(LeftJoin, SendsALeftRecordWithoutKeyAtOnceAndAlone) {
  JoinRun run{leftJoined(tenMillis())};
  run.l(null, "L", 100);
  run.l(null, null, 100);
  run.l("a", null, 100);
  EXPECT_THAT(run.sent(), ElementsAre("-:L-@100"));
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(LeftJoin, LooksForLonelyRecordsOnlyWhenTimeMovesOn) {
  JoinRun run{leftJoined(tenMillis())};
  run.l("a", "L", 100);
  run.l("b", "M", 105);
  run.r("z", "tick", 120);
  run.l("c", "N", 111);
  EXPECT_THAT(run.sent(), ElementsAre("a:L-@100", "b:M-@105"));
}

TEST(LeftJoin, SendsTheHeadersOfTheRecordThatMadeTimeMoveOn) {
  JoinRun run{leftJoined(tenMillis())};
  run.left.pipe(record("a", "L", 100, {{"of", "a"}}));
  run.right.pipe(record("z", "tick", 200, {{"of", "z"}}));
  EXPECT_THAT((run.driver.output<Text, Text>("out").readAllRecords()),
              ElementsAre(record("a", "L-", 100, {{"of", "z"}})));
}

TEST(LeftJoin, RemembersLonelyRecordsWhenLocalStateIsLost) {
  JoinRun run{leftJoined(tenMillis())};
  run.l("a", "1", 100);
  run.l("a", "2", 100);
  run.l("b", "M", 101);
  run.r("b", "r", 102);
  run.driver.crashAndRestart();
  run.l("z", "tick", 200);
  EXPECT_THAT(run.sent(), ElementsAre("b:Mr@102", "a:1-@100", "a:2-@100"));
}

TEST(LeftJoin, WithJavasOldWindowsSendsLonelyRecordsAtOnceAndPairsLater) {
  const Topology topology = leftJoined(JoinWindows::of(Ms{10}));
  JoinRun run{topology};
  run.l("a", "L", 100);
  run.r("a", "r", 100);
  EXPECT_THAT(run.sent(), ElementsAre("a:L-@100", "a:Lr@100"));
  EXPECT_THAT(topology.graph().stores, SizeIs(2));
}

TEST(LeftJoin, NamesTheStoreThatBothSidesShare) {
  const auto stores = [](StreamJoinedFor<Text, Text, Text> how) {
    std::vector<std::string> names;
    const Topology topology = leftJoined(tenMillis(), std::move(how));
    for (const auto& [name, store] : topology.graph().stores) names.push_back(name);
    return names;
  };
  EXPECT_THAT(stores({}), Contains("KSTREAM-OUTERSHARED-0000000004-store"));
  EXPECT_THAT(stores(StreamJoined::as("s")), ElementsAre("s-left-shared-join-store", "s-outer-other-join-store",
                                                         "s-this-join-store"));
}

TEST(LeftJoin, KeepsNullKeysInTheRepartitionTopicAbove) {
  JoinRun run{joined([](const Texts& left, const Texts& right) {
    return left.selectKey([](const Text& v) { return v == "N" ? std::nullopt : std::optional{v.substr(0, 1)}; })
        .leftJoin(right, leftPairOf, tenMillis());
  })};
  run.l("x", "N", 100);
  EXPECT_THAT(run.sent(), ElementsAre("-:N-@100"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
