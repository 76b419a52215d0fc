// Topologies of the corpus about names, numbers and sub-topologies, and those that the graph's passes rewrite.

#include "tests/golden/java_text.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using std::chrono::milliseconds;

const auto strings = StreamJoined::with(StringSerde{}, StringSerde{}, StringSerde{});

bool all(const Text&) {
  return true;
}
Text value(const Text& v) {
  return v;
}
Text first(const Text& x, const Text&) {
  return x;
}
Text both(const Text& x, const Text& y) {
  return x + y;
}
Text leftAndMaybe(const Text& x, Nullable<Text> y) {
  return x + y.value_or("null");
}
Text maybeBoth(Nullable<Text> x, Nullable<Text> y) {
  return x.value_or("null") + y.value_or("null");
}
std::pair<Text, Text> swapped(const Text& k, const Text& v) {
  return {v, k};
}
Text flat(const Windowed<Text>& w) {
  return w.key + "@" + toString(w.window);
}
Text firstLetter(const Text& v) {
  return v.substr(0, 1);
}

class KeepNothing final : public FixedKeyProcessor<Text, Text> {
 public:
  void process(const FixedKeyRecord<Text, Text>&) override {}
};
class DropAll final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>&) override {}
};

void drawNamesEverywhere(StreamsBuilder& b) {
  const auto in = b.stream<Text, Text>("in", Consumed::as("s-in"));
  const auto table = b.table<Text, Text>("table", Consumed::as("t-in"), Materialized::as("t-store"));
  in.groupBy(value, Grouped::with("g-value", StringSerde{}, StringSerde{}))
      .count(Named::as("n-count"), Materialized::as("c-store"))
      .toStream(Named::as("n-stream"))
      .to("o1", Produced::as("n-sink"));
  in.selectKey(value, Named::as("n-select"))
      .repartition(Repartitioned::as("r-topic"))
      .join(table, both, Joined::with(StringSerde{}, StringSerde{}, StringSerde{}, "n-join"))
      .to("o2");
  in.map(swapped, Named::as("n-map"))
      .outerJoin(b.stream<Text, Text>("in2", Consumed::as("s-in2")), maybeBoth,
                 JoinWindows::ofTimeDifferenceWithNoGrace(milliseconds{5}),
                 strings.withName("n-outer").withStoreName("w-store"))
      .to("o3");
  table.filter(all, Named::as("n-filter"), Materialized::as("f-store"))
      .toStream(value, Named::as("n-rekey"))
      .to("o4");
  (void)in.processValues([] { return std::make_unique<KeepNothing>(); }, Named::as("n-values"));
  (void)in.split(Named::as("n-split-")).branch(all, Branched::as("x")).defaultBranch(Branched::as("y"));
}

void drawStatefulNames(StreamsBuilder& b) {
  const auto in = b.stream<Text, Text>("in");
  const auto table = b.table<Text, Text>("table");
  in.groupByKey().count().toStream().to("o1");
  in.groupBy(value).reduce(first).toStream().to("o2");
  const auto flatKey = [](const Windowed<Text>& w, Nullable<Count>) { return flat(w); };
  in.groupByKey()
      .windowedBy(TimeWindows::ofSizeWithNoGrace(milliseconds{10}))
      .count()
      .toStream(flatKey)
      .to("o3");
  in.groupByKey()
      .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(milliseconds{10}))
      .count()
      .toStream(flatKey)
      .to("o4");
  in.join(table, both).to("o5");
  in.leftJoin(b.stream<Text, Text>("in2"), leftAndMaybe, JoinWindows::ofTimeDifferenceWithNoGrace(milliseconds{5}))
      .to("o6");
  in.join(b.globalTable<Text, Text>("global"), value, both).to("o7");
  table.join(b.table<Text, Text>("table2"), both).toStream().to("o8");
  table.groupBy(swapped).count().toStream().to("o9");
  in.toTable()
      .suppress(Suppressed::untilTimeLimit(milliseconds{5}, BufferConfig::unbounded()))
      .toStream()
      .to("o10");
}

void drawSubTopologies(StreamsBuilder& b) {
  const auto g = b.globalTable<Text, Text>("global", Materialized::as("g"));
  b.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("gs")), "global2",
                               Consumed::as("gs-source"), [] { return std::make_unique<DropAll>(); });
  b.stream<Text, Text>(TopicPattern{"p-[0-9]+"}).leftJoin(g, first, leftAndMaybe).to("o1");
  b.stream<Text, Text>({"z", "y"}).repartition().repartition(Repartitioned::as("again")).to("o2");
  b.stream<Text, Text>("x").toTable().toStream().groupBy(value).count().toStream().to("o3");
}

void drawTwoStages(StreamsBuilder& b) {
  const auto flatKey = [](const Windowed<Text>& w, Nullable<Count>) { return flat(w); };
  const auto keyed = b.stream<Text, Text>("in").selectKey(firstLetter, Named::as("letter"));
  keyed.groupByKey()
      .windowedBy(TimeWindows::ofSizeAndGrace(milliseconds{20}, milliseconds{5}).advanceBy(milliseconds{10}))
      .count(Materialized::as("hops"))
      .toStream(flatKey)
      .to("hops-out");
  keyed.mapValues(upperCase)
      .groupByKey()
      .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(milliseconds{10}))
      .count(Materialized::as("sess"))
      .toStream(flatKey)
      .to("sessions-out");
  const auto table = b.table<Text, Text>("table", Materialized::as("table-store"));
  keyed.join(table, both).to("joined-out");
}

void drawMergedGroupings(StreamsBuilder& b) {
  const auto keyed = b.stream<Text, Text>("in").map(swapped);
  keyed.filter(all)
      .groupByKey(Grouped::with("first", StringSerde{}, StringSerde{}))
      .count()
      .toStream()
      .to("o1");
  keyed.groupByKey(Grouped::with("second", StringSerde{}, StringSerde{}))
      .windowedBy(TimeWindows::ofSizeWithNoGrace(milliseconds{100}))
      .count(Materialized::as("w"))
      .toStream([](const Windowed<Text>& w, Nullable<Count>) { return flat(w); })
      .to("o2");
}

void drawNotMerged(StreamsBuilder& b) {
  const auto keyed = b.stream<Text, Text>("in").selectKey(firstLetter);
  keyed.groupByKey().count(Materialized::as("counts")).toStream().to("out-counts");
  keyed.groupByKey()
      .reduce([](const Text& x, const Text& y) { return x + "," + y; }, Materialized::as("lists"))
      .toStream()
      .to("out-lists");
  const auto lengths = keyed.mapValues([](const Text& v) { return std::to_string(v.size()); });
  lengths.join(b.table<Text, Text>("table"), both).to("out-join");
}

void drawSourceReuse(StreamsBuilder& b) {
  const auto t = b.table<Text, Text>("table", Materialized::as("t"));
  const auto keyed = b.stream<Text, Text>("in").selectKey(value);
  keyed.groupByKey().count().toStream().to("o1");
  keyed.join(t, both).to("o2");
}

}  // namespace

void addNames(Topologies& to) {
  to["names_given_everywhere"] = drawn(drawNamesEverywhere);
  to["names_of_stateful_operators"] = drawn(drawStatefulNames);
  to["sub_topologies_and_globals"] = drawn(drawSubTopologies);
  to["app_two_stage_windows_optimized"] = drawn(drawTwoStages, TopologyOptimization::all());
  to["repartition_merged_named_groupings"] =
      drawn(drawMergedGroupings, TopologyOptimization::parse("merge.repartition.topics"));
  to["repartition_topics_not_merged"] = drawn(drawNotMerged);
  to["optimized_source_topic_reuse_only"] =
      drawn(drawSourceReuse, TopologyOptimization::parse("reuse.ktable.source.topics"));
}

}  // namespace widgetstream::golden
