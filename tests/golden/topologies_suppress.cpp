// Topologies of the corpus around suppress().

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using std::chrono::milliseconds;

Text flat(const Windowed<Text>& w) {
  return w.key + "@" + toString(w.window);
}

template <class How>
std::function<Topology()> tableHeldBack(How how, MaterializedFor<Text, Text> store = {}) {
  return drawn([how, store](StreamsBuilder& b) { b.table<Text, Text>("in", store).suppress(how).toStream().to("out"); });
}

}  // namespace

void addSuppress(Topologies& to) {
  to["suppress_max_bytes_not_logged"] = tableHeldBack(
      Suppressed::untilTimeLimit(milliseconds{1000}, BufferConfig::maxBytes(200).withLoggingDisabled()));
  to["suppress_strict_overflow"] =
      tableHeldBack(Suppressed::untilTimeLimit(milliseconds{1000}, BufferConfig::maxRecords(1).shutDownWhenFull()));
  to["suppress_until_time_limit"] =
      tableHeldBack(Suppressed::untilTimeLimit(milliseconds{10}, BufferConfig::unbounded()), Materialized::as("table"));
  to["suppress_zero_limit"] =
      tableHeldBack(Suppressed::untilTimeLimit(milliseconds{0}, BufferConfig::unbounded()));
  to["suppress_sliding_until_closed"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupByKey()
        .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(milliseconds{5}, milliseconds{5}))
        .aggregate([] { return Text{}; }, [](const Text&, const Text& v, const Text& agg) { return agg + v; },
                   Materialized::as("slides"))
        .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()))
        .toStream([](const Windowed<Text>& w, const Text&) { return flat(w); })
        .to("out");
  });
  to["suppress_until_window_closes"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupByKey()
        .windowedBy(TimeWindows::ofSizeAndGrace(milliseconds{10}, milliseconds{5}))
        .count(Materialized::as("counts"))
        .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()).withName("final-only"))
        .toStream([](const Windowed<Text>& w, Count) { return flat(w); })
        .to("out");
  });
}

}  // namespace widgetstream::golden
