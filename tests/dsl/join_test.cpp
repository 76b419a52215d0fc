// join() of two streams: records of one key whose times are close enough.

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology joinedWithin(const JoinWindows& windows, StreamJoinedFor<Text, Text, Text> how = {}) {
  return joined([&](const Texts& left, const Texts& right) { return left.join(right, pairOf, windows, how); });
}

TEST(Join, PairsRecordsOfOneKeyWhicheverComesFirst) {
  JoinRun run{joinedWithin(tenMillis())};
  run.l("a", "L", 100);
  run.r("b", "r", 100);
  run.r("a", "r", 105);
  run.l("b", "L", 109);
  EXPECT_THAT(run.sent(), ElementsAre("a:Lr@105", "b:Lr@109"));
}

TEST(Join, TakesBothEndsOfTheWindow) {
  JoinRun run{joinedWithin(tenMillis())};
  run.l("a", "L", 100);
  run.r("a", "1", 90);
  run.r("a", "2", 110);
  run.r("a", "3", 89);
  run.r("a", "4", 111);
  EXPECT_THAT(run.sent(), ElementsAre("a:L1@100", "a:L2@110"));
}

TEST(Join, LooksFurtherOnOneSideWhenAsked) {
  JoinRun run{joinedWithin(tenMillis(100).before(Ms{20}).after(Ms{5}))};
  run.l("a", "L", 100);
  for (const std::int64_t at : {79, 80, 105, 106}) run.r("a", std::to_string(at) + "r", at);
  EXPECT_THAT(run.sent(), ElementsAre("a:L80r@100", "a:L105r@105"));
  run.l("a", "M", 85);
  EXPECT_THAT(run.sent(), ElementsAre("a:M79r@85", "a:M80r@85"));
}

TEST(Join, MayLookOnlyAfterTheLeftRecord) {
  JoinRun run{joinedWithin(tenMillis(100).before(Ms{-1}))};
  run.l("a", "L", 100);
  run.r("a", "1", 100);
  run.r("a", "2", 101);
  run.r("a", "3", 110);
  EXPECT_THAT(run.sent(), ElementsAre("a:L2@101", "a:L3@110"));
}

TEST(Join, PairsWithAllRecordsOfTheOtherSideInTheOrderOfTheirTimes) {
  JoinRun run{joinedWithin(tenMillis(100))};
  run.l("a", "1", 105);
  run.l("a", "2", 100);
  run.l("a", "3", 105);
  run.r("a", "r", 103);
  EXPECT_THAT(run.sent(), ElementsAre("a:2r@103", "a:1r@105", "a:3r@105"));
}

TEST(Join, DropsAndCountsRecordsWithoutKeyOrValue) {
  JoinRun run{joinedWithin(tenMillis())};
  run.l(null, "L", 100);
  run.l("a", null, 100);
  run.r(null, "r", 100);
  run.r("a", "r", 100);
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 3U);
}

TEST(Join, FindsLateRecordsWithinTheGraceAndJoinsTooLateOnesWithWhatIsThere) {
  JoinRun run{joinedWithin(tenMillis(20))};
  run.l("a", "L", 100);
  run.r("z", "tick", 125);
  run.r("a", "r", 95);
  EXPECT_THAT(run.sent(), ElementsAre("a:Lr@100"));
}

TEST(Join, SendsTheHeadersOfTheRecordThatCameSecond) {
  JoinRun run{joinedWithin(tenMillis())};
  run.left.pipe(record("a", "L", 100, {{"side", "left"}}));
  run.right.pipe(record("a", "r", 100, {{"side", "right"}}));
  EXPECT_THAT((run.driver.output<Text, Text>("out").readAllRecords()),
              ElementsAre(record("a", "Lr", 100, {{"side", "right"}})));
}

TEST(Join, TakesJoinersWithKeyAndWithContext) {
  const auto topology = [](auto joiner) {
    return joined([joiner](const Texts& left, const Texts& right) { return left.join(right, joiner, tenMillis()); });
  };
  JoinRun keyed{topology([](const Text& key, const Text& l, const Text& r) { return key + l + r; })};
  JoinRun told{topology([](const Text& l, const Text& r, const RecordContext& at) {
    return l + r + std::string{at.topic()} + std::to_string(toMillis(at.timestamp()));
  })};
  for (JoinRun* run : {&keyed, &told}) {
    run->l("a", "L", 100);
    run->r("a", "r", 95);
  }
  EXPECT_THAT(keyed.sent(), ElementsAre("a:aLr@100"));
  EXPECT_THAT(told.sent(), ElementsAre("a:Lrright100@100"));
}

TEST(Join, MayMakeNullOfAPair) {
  JoinRun run{joined([](const Texts& left, const Texts& right) {
    return left.join(
        right, [](const Text& l, const Text& r) { return l == r ? std::nullopt : std::optional{l + r}; }, tenMillis());
  })};
  run.l("a", "x", 1);
  run.r("a", "x", 1);
  EXPECT_THAT(run.sent(), ElementsAre("a:-@1"));
}

TEST(Join, JoinsStreamsOfDifferentTypes) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>("left")
        .join(builder.stream<Text, Long>("numbers"), [](const Text& l, Long n) { return l + std::to_string(n); },
              tenMillis(), StreamJoined::with(StringSerde{}, StringSerde{}, LongSerde{}))
        .to("out");
  });
  TopologyTestDriver driver{topology};
  driver.input<Text, Text>("left").pipe("a", "L", fromMillis(1));
  driver.input<Text, Long>("numbers").pipe("a", 7, fromMillis(2));
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()), ElementsAre(Pair("a", "L7")));
}

TEST(Join, GoesOnFromTheChangelogsWhenLocalStateIsLost) {
  JoinRun run{joinedWithin(tenMillis(100))};
  run.l("a", "1", 100);
  run.l("a", "2", 100);
  run.driver.crashAndRestart();
  run.r("a", "r", 105);
  EXPECT_THAT(run.sent(), ElementsAre("a:1r@105", "a:2r@105"));
}

TEST(Join, NamesNodesStoresAndTopicsAsJavaDoes) {
  const Topology topology = joined([](const Texts& left, const Texts& right) {
    return left.selectKey([](const Text& v) { return v; })
        .join(right, pairOf, tenMillis(), StreamJoined::as("pairs").withName("meet"));
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("meet-left-repartition"));
  EXPECT_THAT(nodeNames(topology),
              IsSupersetOf({"meet-this-windowed", "meet-other-windowed", "meet-this-join", "meet-other-join",
                            "meet-merge", "KSTREAM-SINK-0000000011"}));
  EXPECT_TRUE(topology.graph().stores.contains("pairs-this-join-store"));
  EXPECT_TRUE(topology.graph().stores.contains("pairs-other-join-store"));
}

TEST(Join, PutsBothSidesIntoOneCopartitionGroup) {
  const Topology topology = joinedWithin(tenMillis());
  ASSERT_THAT(topology.graph().copartition_groups, SizeIs(1));
  EXPECT_THAT(topology.graph().copartition_groups.front().sources,
              ElementsAre("KSTREAM-SOURCE-0000000000", "KSTREAM-SOURCE-0000000001"));
}

TEST(Join, KeepsItsStoresAsLongAsWindowAndGraceAndWithoutCompaction) {
  const Topology topology = joinedWithin(
      tenMillis(30), StreamJoined::as("pairs").withLoggingEnabled({{"segment.bytes", "1000000"}}));
  const StoreBuilder& store = topology.graph().stores.at("pairs-this-join-store");
  EXPECT_EQ(store.changelog.retention, Ms{50});
  EXPECT_EQ(store.log_config.at("cleanup.policy"), "delete");
  EXPECT_EQ(store.log_config.at("segment.bytes"), "1000000");
}

TEST(Join, TakesStoresOfOnesOwn) {
  const Topology topology = joinedWithin(
      tenMillis(5), StreamJoined::with(inMemoryWindowStore("mine", Ms{25}, Ms{20}, true),
                                       persistentWindowStore("yours", Ms{25}, Ms{20}, true)));
  EXPECT_FALSE(topology.graph().stores.at("mine").persistent);
  EXPECT_TRUE(topology.graph().stores.at("yours").persistent);
  JoinRun run{topology};
  run.l("a", "L", 100);
  run.r("a", "r", 100);
  EXPECT_THAT(run.sent(), ElementsAre("a:Lr@100"));
}

TEST(Join, KeepsItsRecordsWhereItIsTold) {
  const auto persistent = [](StreamJoinedFor<Text, Text, Text> how) {
    return joined([&](const Texts& left, const Texts& right) { return left.leftJoin(right, leftPairOf, tenMillis(), how); })
        .graph()
        .stores.at("s-left-shared-join-store")
        .persistent;
  };
  EXPECT_TRUE(persistent(StreamJoined::as("s")));
  EXPECT_FALSE(persistent(StreamJoined::with(DslStoreSuppliers::inMemory()).withStoreName("s")));
}

TEST(Join, RefusesStoresThatDoNotFitItsWindows) {
  const auto refused = [](WindowStoreSupplier mine, WindowStoreSupplier yours) {
    return refusal([&](StreamsBuilder& builder) {
      static_cast<void>(builder.stream<Text, Text>("l").join(builder.stream<Text, Text>("r"), pairOf, tenMillis(5),
                                                             StreamJoined::with(mine, yours)));
    });
  };
  const auto good = [](const std::string& name) { return persistentWindowStore(name, Ms{25}, Ms{20}, true); };
  EXPECT_EQ(refused(good("a"), good("b")), "");
  EXPECT_THAT(refused(good("a"), good("a")), HasSubstr("both stores of join 'KSTREAM-MERGE-0000000006' are named 'a'"));
  EXPECT_THAT(refused(persistentWindowStore("a", Ms{25}, Ms{20}, false), good("b")), HasSubstr("retain duplicates"));
  EXPECT_THAT(refused(good("a"), persistentWindowStore("b", Ms{26}, Ms{20}, true)), HasSubstr("kept for 25 ms"));
}

TEST(Join, StreamsOfTwoBuildersAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                StreamsBuilder stranger;
                static_cast<void>(
                    builder.stream<Text, Text>("l").join(stranger.stream<Text, Text>("r"), pairOf, tenMillis()));
              }),
              HasSubstr("make both with the same builder"));
}

TEST(JoinWindows, RefuseTimesThatMakeNoSense) {
  EXPECT_THROW((void)JoinWindows::ofTimeDifferenceWithNoGrace(Ms{-1}), Error);
  EXPECT_THROW((void)tenMillis().before(Ms{-11}), Error);
  EXPECT_THROW((void)JoinWindows::ofTimeDifferenceAndGrace(Ms{1}, Ms{-1}), Error);
  EXPECT_THROW((void)tenMillis().grace(Ms{1}), Error);
  EXPECT_EQ(tenMillis().before(Ms{-10}).size(), Ms{0});
}

TEST(JoinWindows, KeepADayLessTheirSizeInTheOldForm) {
  EXPECT_EQ(JoinWindows::of(Ms{1000}).gracePeriod(), Ms{86'400'000 - 2000});
  EXPECT_EQ(JoinWindows::of(std::chrono::hours{20}).gracePeriod(), Ms{0});
  EXPECT_EQ(JoinWindows::of(Ms{1000}).grace(Ms{5}).gracePeriod(), Ms{5});
}

}  // namespace
}  // namespace widgetstream::dsl_test
