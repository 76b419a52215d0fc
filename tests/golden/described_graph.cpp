// Topologies about the graph itself whose describe() texts Java printed: plain chains, patterns, global stores, and what
// topology.optimization makes of them.

#include "tests/golden/described.hpp"

namespace widgetstream::golden {
namespace {

bool all(const Text&) {
  return true;
}
Text value(const Text& v) {
  return v;
}
Text key(const Text& k, const Text&) {
  return k;
}
Text second(const Text&, const Text& y) {
  return y;
}
std::vector<Text> values(const Text& v) {
  return {v};
}
std::pair<Text, Text> pairOf(const Text& k, const Text& v) {
  return {k, v};
}
std::vector<std::pair<Text, Text>> pairsOf(const Text& k, const Text& v) {
  return {{k, v}};
}
void look(const Text&) {}

class Nothing final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>&) override {}
};
std::unique_ptr<Nothing> nothing() {
  return std::make_unique<Nothing>();
}
class NoValues final : public FixedKeyProcessor<Text, Text> {
 public:
  void process(const FixedKeyRecord<Text, Text>&) override {}
};
std::unique_ptr<NoValues> noValues() {
  return std::make_unique<NoValues>();
}

KStream<Text, Text> stream(StreamsBuilder& b, const std::string& topic) {
  return b.stream<Text, Text>(topic);
}

void addChains(Topologies& to) {
  to["stateless chain"] = drawn([](StreamsBuilder& b) {
    const auto s = stream(b, "in");
    s.filter(all)
        .filterNot(all)
        .mapValues(value)
        .flatMapValues(values)
        .peek(look)
        .map(pairOf)
        .flatMap(pairsOf)
        .selectKey(key)
        .foreach (look);
    s.print(Printed::toSysOut());
    s.process(nothing).to("o");
    s.processValues(noValues).to("o2");
  });
  to["merge"] = drawn([](StreamsBuilder& b) {
    stream(b, "a").merge(stream(b, "b")).to("out");
    const auto two = b.stream<Text, Text>({"c", "d"});
    two.merge(stream(b, "e"), Named::as("MM")).to("out");
    b.stream<Text, Text>(TopicPattern{"p-.*"}).to([](const Text&) { return "x"; });
  });
  to["addGlobalStore"] = drawn([](StreamsBuilder& b) {
    b.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("gst")), "gt", nothing);
    stream(b, "in").to("o");
  });
}

void addOptimized(Topologies& to) {
  addBoth(to, "wordcount", [](StreamsBuilder& b) {
    stream(b, "in").flatMapValues(values).groupBy(value).count().toStream().to("out");
  });
  addBoth(to, "wordcount store named", [](StreamsBuilder& b) {
    stream(b, "in").flatMapValues(values).groupBy(value).count(Materialized::as("Counts")).toStream().to("out");
  });
  addBoth(to, "table plain toStream", [](StreamsBuilder& b) { b.table<Text, Text>("t").toStream().to("out"); });
  addBoth(to, "table materialized",
          [](StreamsBuilder& b) { b.table<Text, Text>("t", Materialized::as("T")).toStream().to("out"); });
  addBoth(to, "two aggregations after one rekey", [](StreamsBuilder& b) {
    const auto s = stream(b, "in").selectKey(value);
    s.groupByKey().count().toStream().to("o1");
    s.groupByKey().reduce(second).toStream().to("o2");
  });
  addBoth(to, "merge optimized", [](StreamsBuilder& b) {
    const auto x = stream(b, "a").selectKey(value);
    const auto y = stream(b, "b").selectKey(value);
    x.merge(y).groupByKey().count().toStream().to("o");
  });
}

}  // namespace

void addBoth(Topologies& to, const std::string& name, const std::function<void(StreamsBuilder&)>& draw) {
  to[name] = drawn(draw);
  to[name + " [optimize=all]"] = drawn(draw, TopologyOptimization::all());
}

void addDescribedGraphs(Topologies& to) {
  addChains(to);
  addOptimized(to);
}

}  // namespace widgetstream::golden
