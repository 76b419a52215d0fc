// Topologies of the corpus that aggregate several groupings in one.

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using namespace std::chrono_literals;

Text none() {
  return "";
}

void drawSameStreamUnnamed(StreamsBuilder& b) {
  const auto in = b.stream<Text, Text>("in");
  in.groupByKey()
      .cogroup([](const Text& v, const Text& aggregate) { return aggregate + "k" + v; })
      .cogroup(in.filter([](const Text& v) { return v.size() > 1; }).groupByKey(),
               [](const Text& v, const Text& aggregate) { return aggregate + "l" + v; })
      .aggregate(none, Materialized::with(StringSerde{}, StringSerde{}))
      .toStream()
      .to("out");
}

Text withText(const Text& v, const Text& aggregate) {
  return aggregate + v;
}
Text withCount(const Count& v, const Text& aggregate) {
  return aggregate + "(" + std::to_string(v) + ")";
}

/// Texts of "in1" and counts of "in2".
CogroupedKStream<Text, Text> textsAndCounts(StreamsBuilder& b) {
  const auto g1 = b.stream<Text, Text>("in1").groupByKey();
  const auto g2 = b.stream<Text, Count>("in2").groupByKey();
  return g1.cogroup(withText).cogroup(g2, withCount);
}
void flatToOut(const KTable<Windowed<Text>, Text>& table) {
  table.toStream([](const Windowed<Text>& w, Nullable<Text>) { return w.key + "@" + toString(w.window); }).to("out");
}

void drawSliding(StreamsBuilder& b) {
  flatToOut(textsAndCounts(b)
                .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(5ms, 100ms))
                .aggregate(none, Materialized::as("slides")));
}

void drawWindowed(StreamsBuilder& b) {
  flatToOut(textsAndCounts(b)
                .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 10ms))
                .aggregate(none, Named::as("both"), Materialized::as("cogroup")));
}

}  // namespace

void addCogroups(Topologies& to) {
  to["cogroup_same_stream_unnamed"] = drawn(drawSameStreamUnnamed);
  to["cogroup_sliding"] = drawn(drawSliding);
  to["cogroup_windowed"] = drawn(drawWindowed);
}

}  // namespace widgetstream::golden
