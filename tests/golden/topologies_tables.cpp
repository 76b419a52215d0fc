// Topologies of the corpus around tables.

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

void drawTableMapValues(StreamsBuilder& b) {
  const auto t = b.table<Text, Text>("in");
  t.mapValues([](const Text& k, const Text& v) { return static_cast<Count>(k.size() + v.size()); },
              Materialized::as("lengths"))
      .toStream()
      .to("out-lengths");
  t.mapValues([](const Text& v) { return v + v; }, Named::as("twice")).toStream().to("out-twice");
}

void drawTableInMemory(StreamsBuilder& b) {
  b.table<Text, Text>("in", Materialized::as(inMemoryKeyValueStore("mem"))
                                .withKeySerde(StringSerde{})
                                .withValueSerde(StringSerde{})
                                .withCachingDisabled()
                                .withLoggingDisabled())
      .toStream()
      .to("out");
}

}  // namespace

void addTables(Topologies& to) {
  to["table_map_values"] = drawn(drawTableMapValues);
  to["table_store_in_memory_no_cache_no_log"] = drawn(drawTableInMemory);
  to["table_source_named"] =
      drawn([](StreamsBuilder& b) { b.table<Text, Text>("in", Materialized::as("table")).toStream().to("out"); });
  to["table_source_unnamed"] =
      drawn([](StreamsBuilder& b) { b.table<Text, Text>("in").toStream(Named::as("as-stream")).to("out"); });
  to["table_filter_not_materialized"] = drawn([](StreamsBuilder& b) {
    b.table<Text, Text>("in").filter([](const Text& v) { return v.size() <= 3; }).toStream().to("out");
  });
  to["table_filter_on_materialized_source"] = drawn([](StreamsBuilder& b) {
    b.table<Text, Text>("in", Materialized::as("all"))
        .filter([](const Text& v) { return v.starts_with("t"); })
        .toStream()
        .to("out");
  });
  to["stream_to_table"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in").toTable(Named::as("table-of"), Materialized::as("table")).toStream().to("out");
  });
  to["stream_to_table_after_key_change"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .selectKey([](const Text& v) { return v.substr(0, 1); })
        .toTable(Materialized::with(StringSerde{}, StringSerde{}))
        .toStream()
        .to("out");
  });
}

}  // namespace widgetstream::golden
