// Topologies of the corpus that aggregate over windows.

#include "tests/golden/java_text.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using namespace std::chrono_literals;

Text none() {
  return "";
}
Text flat(const Windowed<Text>& w) {
  return w.key + "@" + toString(w.window);
}
/// As Java's text of null.
Text orNull(Nullable<Text> v) {
  return v.value_or("null");
}

KGroupedStream<Text, Text> grouped(StreamsBuilder& b) {
  return b.stream<Text, Text>("in").groupByKey();
}
/// The last two lines of most: a table of windows, its keys as text, on topic "out".
template <class V>
void flatToOut(const KTable<Windowed<Text>, V>& table) {
  table.toStream([](const Windowed<Text>& w, Nullable<V>) { return flat(w); }).to("out");
}

void drawTumblingCountNoGrace(StreamsBuilder& b) {
  flatToOut(grouped(b).windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).count(Materialized::as("counts")));
}

void drawTumblingEmitOnClose(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 5ms))
                .emitStrategy(EmitStrategy::onWindowClose())
                .aggregate(
                    none, [](Nullable<Text> v, const Text& aggregate) { return aggregate + orNull(v) + ","; },
                    Materialized::as("closing").withCachingDisabled()));
}

void drawHoppingCountCached(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(TimeWindows::ofSizeAndGrace(12ms, 10ms).advanceBy(3ms))
                .count(Materialized::as("counts")));
}

void drawHoppingEmitOnClose(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 1ms).advanceBy(5ms))
                .emitStrategy(EmitStrategy::onWindowClose())
                .count(Materialized::as("closing")));
}

void drawHoppingReduceNoCache(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 2ms).advanceBy(4ms))
                .reduce([](const Text& aggregate, Nullable<Text> v) { return aggregate + "+" + orNull(v); },
                        Materialized::as("reduced")));
}

void drawSlidingCountCachedSmallGrace(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(10ms, 5ms))
                .count(Materialized::as("slides")));
}

void drawSlidingEarlyRecords(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(100ms, 200ms))
                .aggregate(
                    none, [](const Text& v, const Text& aggregate) { return aggregate + v; },
                    Materialized::as("slides")));
}

void drawSlidingEmitOnClose(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(SlidingWindows::ofTimeDifferenceAndGrace(10ms, 5ms))
                .emitStrategy(EmitStrategy::onWindowClose())
                .aggregate(
                    none, [](const Text& v, const Text& aggregate) { return aggregate + v; },
                    Materialized::as("slides")));
}

void drawSessionAggregateMerges(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(SessionWindows::ofInactivityGapAndGrace(10ms, 1000ms))
                .aggregate(
                    none, [](Nullable<Text> v, const Text& aggregate) { return aggregate + orNull(v) + ","; },
                    [](const Text& left, const Text& right) { return left + "|" + right; },
                    Materialized::as("sessions")));
}

void drawSessionEmitOnClose(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(SessionWindows::ofInactivityGapAndGrace(10ms, 5ms))
                .emitStrategy(EmitStrategy::onWindowClose())
                .count(Materialized::as("sessions")));
}

void drawSessionReduceKeyToTopic(StreamsBuilder& b) {
  grouped(b)
      .windowedBy(SessionWindows::ofInactivityGapAndGrace(10ms, 50ms))
      .reduce([](const Text& aggregate, Nullable<Text> v) { return aggregate + "+" + orNull(v); },
              Materialized::as(inMemorySessionStore("sessions", 60ms))
                  .withKeySerde(StringSerde{})
                  .withValueSerde(StringSerde{}))
      .toStream()
      .to("out", Produced::with(WindowedSerdes::sessionWindowedSerdeFrom<Text>(), StringSerde{}));
}

void drawWindowStoreRetentionExpiry(StreamsBuilder& b) {
  flatToOut(grouped(b)
                .windowedBy(TimeWindows::ofSizeWithNoGrace(60'000ms))
                .count(Materialized::as("counts").withRetention(120'000ms).withCachingDisabled()));
}

void drawWindowedKeyFromTopic(StreamsBuilder& b) {
  const auto windows = WindowedSerdes::timeWindowedSerdeFrom<Text>(10ms);
  grouped(b)
      .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 10ms))
      .count(Materialized::as("counts"))
      .toStream()
      .to("windows", Produced::with(windows, LongSerde{}));
  b.table<Windowed<Text>, Count>("windows", Consumed::with(windows, LongSerde{}))
      .groupBy([](const Windowed<Text>& w, const Count& n) { return std::pair{w.key, n}; },
               Grouped::with(StringSerde{}, LongSerde{}))
      .reduce([](const Count& sum, const Count& n) { return sum + n; },
              [](const Count& sum, const Count& n) { return sum - n; })
      .toStream()
      .to("out");
}

void drawWindowedKeyToTopic(StreamsBuilder& b) {
  grouped(b)
      .windowedBy(TimeWindows::ofSizeAndGrace(10ms, 100ms))
      .count(Materialized::as("counts"))
      .toStream()
      .to("out", Produced::with(WindowedSerdes::timeWindowedSerdeFrom<Text>(10ms), LongSerde{}));
}

void drawWindowsOfAnotherKey(StreamsBuilder& b) {
  flatToOut(b.stream<Text, Text>("in")
                .flatMapValues([](const Text& v) { return split(v, ' '); })
                .groupBy([](const Text& v) { return v; },
                         Grouped::with(StringSerde{}, StringSerde{}).withName("words"))
                .windowedBy(TimeWindows::ofSizeAndGrace(100ms, 50ms))
                .count(Materialized::as("word-counts")));
}

}  // namespace

void addWindows(Topologies& to) {
  to["tumbling_count_no_grace"] = drawn(drawTumblingCountNoGrace);
  to["tumbling_emit_on_close"] = drawn(drawTumblingEmitOnClose);
  to["hopping_count_cached"] = drawn(drawHoppingCountCached);
  to["hopping_emit_on_close"] = drawn(drawHoppingEmitOnClose);
  to["hopping_reduce_no_cache"] = drawn(drawHoppingReduceNoCache);
  to["sliding_count_cached_small_grace"] = drawn(drawSlidingCountCachedSmallGrace);
  to["sliding_early_records"] = drawn(drawSlidingEarlyRecords);
  to["sliding_emit_on_close"] = drawn(drawSlidingEmitOnClose);
  to["session_aggregate_merges"] = drawn(drawSessionAggregateMerges);
  to["session_emit_on_close"] = drawn(drawSessionEmitOnClose);
  to["session_reduce_key_to_topic"] = drawn(drawSessionReduceKeyToTopic);
  to["window_store_retention_expiry"] = drawn(drawWindowStoreRetentionExpiry);
  to["windowed_key_from_topic"] = drawn(drawWindowedKeyFromTopic);
  to["windowed_key_to_topic"] = drawn(drawWindowedKeyToTopic);
  to["windows_of_another_key"] = drawn(drawWindowsOfAnotherKey);
}

}  // namespace widgetstream::golden
