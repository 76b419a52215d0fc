#include "tests/golden/described.hpp"

// Windows and cogroups.

namespace widgetstream::golden {
namespace {

using namespace std::chrono_literals;

Text value(const Text& v) {
  return v;
}
Text none() {
  return "";
}
Text aggregated(const Text& v, const Text&) {
  return v;
}
KStream<Text, Text> stream(StreamsBuilder& b, const std::string& topic) {
  return b.stream<Text, Text>(topic);
}

void addCogrouped(Topologies& to) {
  to["cogroup"] = drawn([](StreamsBuilder& b) {
    const auto g1 = stream(b, "a").groupByKey();
    const auto g2 = stream(b, "b").selectKey(value).groupByKey();
    g1.cogroup(aggregated).cogroup(g2, aggregated).aggregate(none).toStream().to("out");
  });
  to["cogroup named"] = drawn([](StreamsBuilder& b) {
    const auto g1 = stream(b, "a").groupByKey(Grouped::as("g1"));
    const auto g2 = stream(b, "b").groupBy(value, Grouped::as("g2"));
    g1.cogroup(aggregated)
        .cogroup(g2, aggregated)
        .aggregate(none, Named::as("cg"), Materialized::as("CGS"))
        .toStream()
        .to("out");
  });
}

void addWindowed(Topologies& to) {
  const auto unnamed = Materialized::with(StringSerde{}, LongSerde{});
  to["windowed count"] = drawn([](StreamsBuilder& b) {
    stream(b, "in").groupByKey().windowedBy(TimeWindows::ofSizeAndGrace(1min, 5s)).count().toStream().to("out");
  });
  to["windowed count Materialized.with"] = drawn([=](StreamsBuilder& b) {
    stream(b, "in").groupByKey().windowedBy(TimeWindows::ofSizeWithNoGrace(1min)).count(unnamed).toStream().to("out");
  });
  to["sliding count Materialized.with"] = drawn([=](StreamsBuilder& b) {
    const auto windows = SlidingWindows::ofTimeDifferenceWithNoGrace(1min);
    stream(b, "in").groupByKey().windowedBy(windows).count(unnamed).toStream().to("out");
  });
  to["session count named"] = drawn([](StreamsBuilder& b) {
    const auto windows = SessionWindows::ofInactivityGapWithNoGrace(1min);
    stream(b, "in")
        .selectKey(value)
        .groupByKey(Grouped::as("bykey"))
        .windowedBy(windows)
        .count(Materialized::as("sess"))
        .toStream()
        .to("out");
  });
  to["session count Materialized.with"] = drawn([=](StreamsBuilder& b) {
    const auto windows = SessionWindows::ofInactivityGapWithNoGrace(1min);
    stream(b, "in").groupByKey().windowedBy(windows).count(unnamed).toStream().to("out");
  });
  to["cogroup windowed"] = drawn([](StreamsBuilder& b) {
    const auto g1 = stream(b, "a").groupByKey();
    const auto g2 = stream(b, "b").groupByKey();
    g1.cogroup(aggregated)
        .cogroup(g2, aggregated)
        .windowedBy(TimeWindows::ofSizeWithNoGrace(1min))
        .aggregate(none)
        .toStream()
        .to("out");
  });
  to["emit final window"] = drawn([](StreamsBuilder& b) {
    stream(b, "in")
        .groupByKey()
        .windowedBy(TimeWindows::ofSizeWithNoGrace(1min))
        .emitStrategy(EmitStrategy::onWindowClose())
        .count(Materialized::as("W"))
        .toStream([](const Windowed<Text>& k, const Count&) { return k.key; })
        .groupByKey(Grouped::with(StringSerde{}, LongSerde{}))
        .count()
        .toStream()
        .to("out");
  });
}

}  // namespace

void addWindowsDescribed(Topologies& to) {
  addCogrouped(to);
  addWindowed(to);
}

}  // namespace widgetstream::golden
