// Tables of windows: every operator of tables works on them; windowed keys in topics.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"
#include "widgetstream/core/murmur2.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

using Counts = KTable<Windowed<Text>, Long>;
const TimeWindows tens = TimeWindows::ofSizeAndGrace(10ms, 1s);

Counts counted(const KGroupedStream<Text, Text>& in) {
  return in.windowedBy(tens).count(Materialized::as("counts"));
}
Topology ofCounts(const std::function<void(const Counts&)>& draw) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) { draw(counted(in)); });
}

TEST(TablesOfWindows, MayBeFiltered) {
  Pipeline run{ofCounts([](const Counts& counts) { toOut(counts.filter([](const Long& count) { return count >= 2; })); })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "x", 2));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 2)));
}

TEST(TablesOfWindows, OfSessionsMayBeFilteredToo) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(SessionWindows::ofInactivityGapWithNoGrace(10ms)).count().filter([](const Long& count) {
      return count >= 2;
    }));
  })};
  for (const std::int64_t at : {1, 2, 3}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@1/2", 2), Pair("a@1/2", null), Pair("a@1/3", 3)));
}

TEST(TablesOfWindows, MayBeMappedAndKeptAgainAsAKeyValueStore) {
  Pipeline run{ofCounts([](const Counts& counts) {
    toOut(counts.mapValues([](const Long& count) { return Text(static_cast<std::size_t>(count), '|'); },
                           Materialized::as("tallies")));
  })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "x", 2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "|"), Pair("a@0/10", "||")));
  const Windowed<Text> key{"a", {fromMillis(0), fromMillis(10)}};
  EXPECT_EQ((run.driver.getKeyValueStore<Windowed<Text>, Text>("tallies")->get(key)), "||");
}

TEST(TablesOfWindows, GroupedAnewAddUpTheirWindows) {
  Pipeline run{ofCounts([](const Counts& counts) {
    counts.groupBy([](const Windowed<Text>& key, const Long& count) { return std::pair{key.key, count}; })
        .reduce([](const Long& sum, const Long& count) { return sum + count; },
                [](const Long& sum, const Long& count) { return sum - count; })
        .toStream()
        .to("out");
  })};
  for (const std::int64_t at : {1, 2, 11, 25}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent<Long>().back(), Pair("a", 4));
}

TEST(TablesOfWindows, MayBeJoined) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    const auto left = builder.stream<Text, Text>("in").groupByKey().windowedBy(tens).count();
    const auto right = builder.stream<Text, Text>("other").groupByKey().windowedBy(tens).count();
    toOut(left.join(right, [](const Long& one, const Long& other) { return one * 10 + other; }));
  })};
  auto other = run.driver.input<Text, Text>("other");
  run.in.pipe(record("a", "x", 1));
  other.pipe(record("a", "y", 2));
  run.in.pipe(record("a", "x", 3));
  other.pipe(record("a", "y", 12));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 11), Pair("a@0/10", 21)));
}

TEST(TablesOfWindows, OfSessionsMayBeJoined) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    const auto windows = SessionWindows::ofInactivityGapAndGrace(10ms, 1s);
    const auto left = builder.stream<Text, Text>("in").groupByKey().windowedBy(windows).count();
    const auto right = builder.stream<Text, Text>("other").groupByKey().windowedBy(windows).count();
    toOut(left.leftJoin(right, [](const Long& one, Nullable<Long> other) { return one * 10 + other.value_or(0); }));
  })};
  run.driver.input<Text, Text>("other").pipe(record("a", "y", 2));
  run.in.pipe(record("a", "x", 2));
  run.in.pipe(record("a", "x", 4));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@2/2", 11), Pair("a@2/2", null), Pair("a@2/4", 20)));
}

TEST(TablesOfWindows, SuppressedUntilTheirWindowsCloseTellOneResultEach) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .count()
              .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded())));
  })};
  for (const std::int64_t at : {1, 2, 10}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@0/10", 2)));
}

TEST(TablesOfWindows, AreWrittenWithTheirWindowsStartWithoutBeingToldASerde) {
  Pipeline run{ofCounts([](const Counts& counts) { counts.toStream().to("out"); })};
  run.in.pipe(record("a", "x", 12));
  const Serde<Windowed<Text>> keys = TimeWindowedSerde<Text>{10ms};
  EXPECT_THAT((run.driver.output<Windowed<Text>, Long>("out", keys).readAll()),
              ElementsAre(Pair(Windowed<Text>{"a", {fromMillis(10), fromMillis(20)}}, 1)));
}

TEST(TablesOfWindows, AreReadFromATopicByTheirSerde) {
  const TimeWindowedSerde<Text> keys{10ms};
  Pipeline run{drawn([&](StreamsBuilder& builder) {
    (void)builder.stream<Text, Text>("in");
    toOut(builder.table<Windowed<Text>, Long>("counts", Consumed::with(keys, LongSerde{})));
  })};
  run.driver.input<Windowed<Text>, Long>("counts", keys).pipe({"a", {fromMillis(10), fromMillis(20)}}, 3);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a@10/20", 3)));
}

/// The partition that the sink on "out" chooses.
PartitionChoice choice(const Topology& topology, const Windowed<Text>& key) {
  for (const GraphNode& node : topology.graph().nodes) {
    if (node.topic == "out" && node.partitioner) return node.partitioner("out", {&key, nullptr}, 100);
  }
  return PartitionChoice::byKey();
}

TEST(WindowedKeys, OfOneKeyGoToOnePartitionThatOfTheKeyAlone) {
  const Topology topology = ofCounts([](const Counts& counts) { counts.toStream().to("out"); });
  for (const std::int64_t start : {0, 10, 990}) {
    const auto chosen = choice(topology, {"some key", {fromMillis(start), fromMillis(start + 10)}});
    EXPECT_EQ(chosen.kind, PartitionChoice::Kind::one);
    EXPECT_EQ(chosen.partition, partitionForKey("some key", 100));
  }
}

TEST(WindowedKeys, OfSessionsToo) {
  const Topology topology = groupedTexts([](const KGroupedStream<Text, Text>& in) {
    in.windowedBy(SessionWindows::ofInactivityGapWithNoGrace(10ms)).count().toStream().to("out");
  });
  EXPECT_EQ(choice(topology, {"k", {fromMillis(3), fromMillis(7)}}).partition, partitionForKey("k", 100));
}

/// A serde of one's own tells nothing of an inner key.
struct FlatSerde {
  void encode(const Windowed<Text>& value, Bytes& out) const { out += flat(value); }
  [[nodiscard]] Windowed<Text> decode(BytesView) const { return {}; }
};

TEST(WindowedKeys, UnderASerdeOfOnesOwnArePartitionedByAllTheirBytes) {
  const Topology topology = ofCounts(
      [](const Counts& counts) { counts.toStream().to("out", Produced::with(FlatSerde{}, LongSerde{})); });
  EXPECT_EQ(choice(topology, {"k", {fromMillis(0), fromMillis(10)}}).kind, PartitionChoice::Kind::by_key);
}

TEST(WindowedKeys, GoWhereAPartitionerOfOnesOwnSays) {
  const Topology topology = ofCounts([](const Counts& counts) {
    const auto seventh = [](std::string_view, const Record<Windowed<Text>, Long>&, std::int32_t) {
      return PartitionChoice::one(7);
    };
    counts.toStream().to("out", Produced{}.withStreamPartitioner(seventh));
  });
  EXPECT_EQ(choice(topology, {"k", {fromMillis(0), fromMillis(10)}}).partition, 7);
}

TEST(WindowedKeys, WithoutASerdeAreRefusedAtTheSink) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in")
                    .selectKey([](const Text& value) { return Windowed<Text>{value, {}}; })
                    .to("out");
              }),
              AllOf(HasSubstr("needs a serde"), HasSubstr("Windowed")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
