// join() and leftJoin() of a stream with a table: each record and the row of its key.

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;
using Table = KTable<Text, Text>;

Topology withTable(const std::function<Texts(const Texts&, const Table&)>& join, MaterializedFor<Text, Text> rows = {}) {
  return drawn([&](StreamsBuilder& builder) {
    const Table table = builder.table<Text, Text>("table", rows);
    join(builder.stream<Text, Text>("in"), table).to("out");
  });
}

Topology innerJoined(MaterializedFor<Text, Text> rows = {}, JoinedFor<Text, Text, Text> how = {}) {
  return withTable([&](const Texts& in, const Table& table) { return in.join(table, pairOf, how); }, std::move(rows));
}

Topology leftJoined(MaterializedFor<Text, Text> rows = {}, JoinedFor<Text, Text, Text> how = {}) {
  return withTable([&](const Texts& in, const Table& table) { return in.leftJoin(table, leftPairOf, how); },
                   std::move(rows));
}

class TableRun : public Pipeline {
 public:
  explicit TableRun(const Topology& topology, TopologyTestDriverOptions options = {})
      : Pipeline(topology, std::move(options)), table(driver.input<Text, Text>("table")) {}

  void row(const Text& key, const std::optional<Text>& value, std::int64_t at) {
    table.pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
  }
  void event(const std::optional<Text>& key, const std::optional<Text>& value, std::int64_t at) {
    in.pipe(TestRecord<Text, Text>{key, value, fromMillis(at), {}});
  }
  /// As `key:value@time`.
  std::vector<Text> sentNow() {
    std::vector<Text> all;
    for (const auto& each : records()) {
      all.push_back(each.key.value_or("-") + ":" + each.value.value_or("-") + "@" +
                    std::to_string(toMillis(each.timestamp)));
    }
    return all;
  }

  TestInputTopic<Text, Text> table;
};

TEST(StreamTableJoin, SendsTheRecordsThatHaveARow) {
  TableRun run{innerJoined()};
  run.event("a", "1", 100);
  run.row("a", "A", 101);
  run.event("a", "2", 102);
  run.event("b", "3", 103);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:2A@102"));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(StreamTableJoin, TakesTheRowAsItIsNowAndTheRecordsOwnTimeAndHeaders) {
  TableRun run{innerJoined()};
  run.row("a", "A", 500);
  run.row("a", "B", 400);
  run.in.pipe(record("a", "1", 100, {{"trace", "7"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "1B", 100, {{"trace", "7"}})));
}

TEST(StreamTableJoin, SendsNothingForUpdatesOfTheTable) {
  TableRun run{leftJoined()};
  run.event("a", "1", 100);
  run.row("a", "A", 101);
  run.row("a", null, 102);
  run.event("a", "2", 103);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:1-@100", "a:2-@103"));
}

TEST(StreamTableJoin, DropsAndCountsRecordsWithoutKeyOrValue) {
  TableRun run{innerJoined()};
  run.event(null, "1", 100);
  run.event("a", null, 100);
  EXPECT_THAT(run.sentNow(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(StreamTableLeftJoin, SendsRecordsWithoutRowAndWithoutKeyToo) {
  TableRun run{leftJoined()};
  run.event("a", "1", 100);
  run.event(null, "2", 101);
  run.event("a", null, 102);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:1-@100", "-:2-@101"));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(StreamTableJoin, SeesRowsThatTheCacheHolds) {
  TableRun run{innerJoined(Materialized::as("rows"))};
  run.row("a", "A", 1);
  run.event("a", "1", 2);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:1A@2"));
}

TEST(StreamTableJoin, SeesTablesThatAreOnlyViews) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto table = builder.table<Text, Text>("table")
                           .filter([](const Text& v) { return v != "hidden"; })
                           .mapValues([](const Text& v) { return static_cast<Long>(v.size()); });
    builder.stream<Text, Text>("in")
        .leftJoin(table, [](const Text& v, Nullable<Long> n) { return v + (n ? std::to_string(*n) : "-"); })
        .to("out");
  });
  TableRun run{topology};
  run.row("a", "four", 1);
  run.row("b", "hidden", 1);
  run.event("a", "1", 2);
  run.event("b", "2", 2);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:14@2", "b:2-@2"));
}

TEST(StreamTableJoin, TakesJoinersWithKeyAndWithContext) {
  TableRun run{withTable([](const Texts& in, const Table& table) {
    return in.join(table, [](const Text& k, const Text& v, const Text& row, const RecordContext& at) {
      return k + v + row + std::to_string(at.offset());
    });
  })};
  run.row("a", "A", 1);
  run.event("a", "1", 2);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:a1A0@2"));
}

TEST(StreamTableJoin, GoesThroughARepartitionTopicWhenTheKeyMayHaveChanged) {
  const Topology topology = withTable([](const Texts& in, const Table& table) {
    return in.selectKey([](const Text& v) { return v.substr(0, 1); }).join(table, pairOf, Joined::as("enrich"));
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("enrich-repartition"));
  EXPECT_THAT(nodeNames(topology), Contains("enrich"));
  TableRun run{topology};
  run.row("x", "A", 1);
  run.event("a", "x1", 2);
  EXPECT_THAT(run.sentNow(), ElementsAre("x:x1A@2"));
}

TEST(StreamTableJoin, GoesOnFromTheChangelogWhenLocalStateIsLost) {
  TableRun run{innerJoined()};
  run.row("a", "A", 1);
  run.driver.crashAndRestart();
  run.event("a", "1", 2);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:1A@2"));
}

TEST(StreamTableJoin, PutsStreamAndTableIntoOneCopartitionGroup) {
  const Topology topology = innerJoined();
  ASSERT_THAT(topology.graph().copartition_groups, SizeIs(1));
  EXPECT_THAT(topology.graph().copartition_groups.front().sources, SizeIs(2));
}

MaterializedFor<Text, Text> versioned(std::int64_t history) {
  return Materialized::as(persistentVersionedKeyValueStore("rows", Ms{history}));
}

TEST(StreamTableJoin, TakesTheRowThatAVersionedTableHadAtTheRecordsTime) {
  TableRun run{leftJoined(versioned(1000))};
  run.row("a", "A", 100);
  run.row("a", "B", 200);
  run.row("a", null, 300);
  for (const std::int64_t at : {99, 100, 199, 200, 300}) run.event("a", "v", at);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:v-@99", "a:vA@100", "a:vA@199", "a:vB@200", "a:v-@300"));
}

TEST(StreamTableJoinWithGrace, HoldsRecordsUntilTimeIsPastTheirGrace) {
  TableRun run{innerJoined(versioned(1000), Joined{}.withGracePeriod(Ms{10}))};
  run.event("a", "1", 100);
  run.row("a", "A", 90);
  run.row("a", "B", 101);
  run.event("b", "2", 109);
  EXPECT_THAT(run.sentNow(), IsEmpty());
  run.event("b", "3", 110);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:1A@100"));
}

TEST(StreamTableJoinWithGrace, SendsInTheOrderOfTimeWithTheRecordsOwnHeadersAndContext) {
  TableRun run{withTable(
      [](const Texts& in, const Table& table) {
        return in.leftJoin(
            table,
            [](const Text& v, Nullable<Text>, const RecordContext& at) { return v + std::to_string(at.offset()); },
            Joined{}.withGracePeriod(Ms{10}));
      },
      versioned(1000))};
  run.in.pipe(record("a", "first", 100, {{"n", "0"}}));
  run.in.pipe(record("a", "second", 95, {{"n", "1"}}));
  run.in.pipe(record("b", "same", 100, {{"n", "2"}}));
  run.in.pipe(record("z", "tick", 150));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "second1", 95, {{"n", "1"}}), record("a", "first0", 100, {{"n", "0"}}),
                                         record("b", "same2", 100, {{"n", "2"}})));
}

TEST(StreamTableJoinWithGrace, JoinsWhatComesAfterTheGraceAtOnce) {
  TableRun run{leftJoined(versioned(1000), Joined{}.withGracePeriod(Ms{10}))};
  run.event("a", "1", 100);
  run.event("a", "late", 89);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:late-@89"));
  run.event("a", "in time", 90);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:in time-@90"));
}

TEST(StreamTableJoinWithGrace, KeepsRecordsOfEqualKeyAndTimeApart) {
  TableRun run{leftJoined(versioned(1000), Joined{}.withGracePeriod(Ms{10}))};
  run.event("a", "1", 100);
  run.event("a", "2", 100);
  run.driver.crashAndRestart();
  run.event("a", "3", 100);
  run.event("z", "tick", 200);
  EXPECT_THAT(run.sentNow(), ElementsAre("a:1-@100", "a:2-@100", "a:3-@100"));
}

TEST(StreamTableJoinWithGrace, LogsEachRecordThatComesAndLeavesAsJavaDoes) {
  TableRun run{leftJoined(versioned(1000), Joined::as("j").withGracePeriod(Ms{10}))};
  run.event("a", "1", 100);
  run.event("a", "2", 120);
  auto log = run.driver.output<Text, Text>("test-j-Buffer-changelog").readAll();
  ASSERT_THAT(log, SizeIs(3));
  const Text key{"\0\0\0\0\0\0\0\0\x64"
                 "a\0\0\0\1",
                 14};
  EXPECT_EQ(log[0].first, key);
  EXPECT_EQ(log[2].first, key);
  EXPECT_EQ(log[2].second, null);
}

TEST(StreamTableJoinWithGrace, SendsARecordWithoutKeyAtOnce) {
  TableRun run{leftJoined(versioned(1000), Joined{}.withGracePeriod(Ms{10}))};
  run.event(null, "1", 100);
  EXPECT_THAT(run.sentNow(), ElementsAre("-:1-@100"));
}

TEST(StreamTableJoinWithGrace, NeedsAVersionedTableWithHistoryEnough) {
  const auto refused = [](MaterializedFor<Text, Text> rows) {
    return refusal([&](StreamsBuilder& builder) {
      static_cast<void>(builder.stream<Text, Text>("in").join(builder.table<Text, Text>("table", rows), pairOf,
                                                              Joined::as("j").withGracePeriod(Ms{10})));
    });
  };
  EXPECT_EQ(refused(versioned(10)), "");
  EXPECT_THAT(refused(versioned(9)), HasSubstr("join 'j' has a grace period of 10 ms, but store 'rows'"));
  EXPECT_THAT(refused(Materialized::as("plain")), HasSubstr("store 'plain' of its table keeps no versions"));
  EXPECT_THROW((void)Joined{}.withGracePeriod(Ms{-1}), Error);
}

}  // namespace
}  // namespace widgetstream::dsl_test
