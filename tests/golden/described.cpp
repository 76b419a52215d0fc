#include "tests/golden/described.hpp"

namespace widgetstream::golden {
namespace {

bool all(const Text&) {
  return true;
}
Text value(const Text& v) {
  return v;
}
Text second(const Text&, const Text& y) {
  return y;
}
std::vector<Text> values(const Text& v) {
  return {v};
}
Text none() {
  return "";
}
Text aggregated(const Text&, const Text& v, const Text&) {
  return v;
}

class Nothing final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>&) override {}
};
std::unique_ptr<Nothing> nothing() {
  return std::make_unique<Nothing>();
}

KStream<Text, Text> stream(StreamsBuilder& b, const std::string& topic) {
  return b.stream<Text, Text>(topic);
}

void addNodes(Topologies& to) {
  to["process named consumes none"] = drawn([](StreamsBuilder& b) {
    const auto s = stream(b, "in");
    s.process(nothing, Named::as("P")).to("o");
    s.filter(all, Named::as("F")).to("o2", Produced::as("SINK"));
  });
  to["same topic twice"] = drawn([](StreamsBuilder& b) {
    stream(b, "x").filter(all).to("o1");
    stream(b, "x").mapValues(value).to("o2");
  });
  to["repartition"] = drawn([](StreamsBuilder& b) {
    stream(b, "in").repartition().to("out");
    stream(b, "in2").repartition(Repartitioned::as("rp").withNumberOfPartitions(3)).to("out2");
  });
  to["split"] = drawn([](StreamsBuilder& b) {
    auto branches = stream(b, "in").split().branch(all).branch(all, Branched::as("x")).defaultBranch();
    for (const auto& [name, branch] : branches) branch.to("out-" + name);
  });
  to["split named"] = drawn([](StreamsBuilder& b) {
    auto branches = stream(b, "in")
                        .split(Named::as("S-"))
                        .branch(all)
                        .branch(all, Branched::as("x"))
                        .defaultBranch(Branched::as("d"));
    for (const auto& [name, branch] : branches) branch.to("out-" + name);
  });
  to["processor with store & builder store"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("st")));
    b.addStateStore(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("st2")));
    stream(b, "in").process(nothing, {"st2", "st"}).to("o");
  });
  to["papi"] = [] {
    Topology t;
    t.addSource<Text, Text>("src", {"a", "b"});
    t.addProcessor<Text, Text, Text, Text>("p1", nothing, {"src"});
    t.addProcessor<Text, Text, Text, Text>("p2", nothing, {"src", "p1"});
    t.addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("z")), {"p1", "p2"});
    t.addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("y")), {"p2"});
    t.addSink<Text, Text>("k", "out", {"p1", "p2"});
    return t;
  };
}

void addCounts(Topologies& to) {
  to["wordcount"] = drawn(
      [](StreamsBuilder& b) { stream(b, "in").flatMapValues(values).groupBy(value).count().toStream().to("out"); });
  to["wordcount store named"] = drawn([](StreamsBuilder& b) {
    stream(b, "in").flatMapValues(values).groupBy(value).count(Materialized::as("Counts")).toStream().to("out");
  });
  to["wordcount grouped named"] = drawn([](StreamsBuilder& b) {
    stream(b, "in")
        .groupBy(value, Grouped::as("grp"))
        .count(Named::as("cnt"), Materialized::as("Counts"))
        .toStream(Named::as("ts"))
        .to("out");
  });
  to["groupByKey.count(Materialized.with)"] = drawn([](StreamsBuilder& b) {
    stream(b, "in").groupByKey().count(Materialized::with(StringSerde{}, LongSerde{})).toStream().to("out");
  });
  to["groupByKey.count()"] =
      drawn([](StreamsBuilder& b) { stream(b, "in").groupByKey().count().toStream().to("out"); });
  to["two aggregations after one rekey"] = drawn([](StreamsBuilder& b) {
    const auto s = stream(b, "in").selectKey(value);
    s.groupByKey().count().toStream().to("o1");
    s.groupByKey().reduce(second).toStream().to("o2");
  });
  to["two aggs on one named Grouped"] = drawn([](StreamsBuilder& b) {
    auto g = stream(b, "in").selectKey(value).groupByKey(Grouped::as("g"));
    g.count().toStream().to("o1");
    g.reduce(second).toStream().to("o2");
  });
  to["merge optimized"] = drawn([](StreamsBuilder& b) {
    const auto x = stream(b, "a").selectKey(value);
    const auto y = stream(b, "b").selectKey(value);
    x.merge(y).groupByKey().count().toStream().to("o");
  });
}

void addOtherAggregates(Topologies& to) {
  to["groupByKey.reduce"] =
      drawn([](StreamsBuilder& b) { stream(b, "in").groupByKey().reduce(second).toStream().to("out"); });
  to["reduce Materialized.with"] = drawn([](StreamsBuilder& b) {
    stream(b, "in").groupByKey().reduce(second, Materialized::with(StringSerde{}, StringSerde{})).toStream().to("o");
  });
  to["groupByKey.aggregate"] =
      drawn([](StreamsBuilder& b) { stream(b, "in").groupByKey().aggregate(none, aggregated).toStream().to("out"); });
  to["groupByKey.aggregate named no store"] = drawn([](StreamsBuilder& b) {
    stream(b, "in")
        .selectKey(value)
        .groupByKey()
        .aggregate(none, aggregated, Named::as("AGG"), Materialized::with(StringSerde{}, StringSerde{}))
        .toStream()
        .to("out");
  });
}

void addTablesOf(Topologies& to) {
  to["table plain toStream"] = drawn([](StreamsBuilder& b) { b.table<Text, Text>("t").toStream().to("out"); });
  to["table materialized"] =
      drawn([](StreamsBuilder& b) { b.table<Text, Text>("t", Materialized::as("T")).toStream().to("out"); });
  to["table Consumed named"] = drawn([](StreamsBuilder& b) {
    b.table<Text, Text>("t", Consumed::as("TT")).filter(all).mapValues(value).toStream().to("out");
  });
  to["table ops materialized"] = drawn([](StreamsBuilder& b) {
    const auto unnamed = Materialized::with(StringSerde{}, StringSerde{});
    b.table<Text, Text>("t")
        .filter(all, Materialized::as("F"))
        .mapValues(value, unnamed)
        .filter(all, Named::as("ff"), unnamed)
        .toStream()
        .to("out");
  });
  to["toTable"] = drawn([](StreamsBuilder& b) { stream(b, "in").toTable().toStream().to("out"); });
  to["toTable after rekey"] = drawn(
      [](StreamsBuilder& b) { stream(b, "in").selectKey(value).toTable(Materialized::as("TT")).toStream().to("out"); });
  to["toTable named after rekey"] =
      drawn([](StreamsBuilder& b) { stream(b, "in").selectKey(value).toTable(Named::as("NN")).toStream().to("out"); });
}

}  // namespace

const Topologies& described() {
  static const Topologies every = [] {
    Topologies made;
    addNodes(made);
    addCounts(made);
    addOtherAggregates(made);
    addTablesOf(made);
    addDescribedTables(made);
    addDescribedJoins(made);
    addDescribedGraphs(made);
    addWindowsDescribed(made);
    addDescribedSuppress(made);
    return made;
  }();
  return every;
}

}  // namespace widgetstream::golden
