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

/// Counts in the store "calls" how often each key was transformed, and says so in the value.
class Numbered final : public ValueTransformerWithKey<Text, Text, Text> {
 public:
  void init(ProcessingContext& context) override {
    calls_ = &context.getStateStore<KeyValueStore<Text, Count>>("calls");
  }
  std::optional<Text> transform(const Text& key, Nullable<Text> value) override {
    const Count now = calls_->get(key).value_or(0) + 1;
    calls_->put(key, now);
    return value ? std::optional{*value + "#" + std::to_string(now)} : std::nullopt;
  }

 private:
  KeyValueStore<Text, Count>* calls_ = nullptr;
};

void drawTransformValues(StreamsBuilder& b) {
  b.addStateStore(keyValueStoreBuilder<Text, Count>(persistentKeyValueStore("calls")));
  b.table<Text, Text>("in")
      .transformValues([] { return std::make_unique<Numbered>(); }, Materialized::as("numbered"), {"calls"})
      .toStream()
      .to("out");
}

Text replaced(Text text, const Text& part) {
  for (auto at = text.find(part); at != Text::npos; at = text.find(part, at)) text.erase(at, part.size());
  return text;
}

void drawHeadersThroughEverything(StreamsBuilder& b) {
  const auto table = b.table<Text, Text>("table", Materialized::as("table"));
  const auto joined =
      b.stream<Text, Text>("in").join(table, [](const Text& v, const Text& t) { return v + t; });
  joined.to("joined");
  joined.selectKey([](const Text& v) { return v.substr(0, 1); })
      .groupByKey(Grouped::as("re"))
      .count(Materialized::as("count"))
      .toStream()
      .to("counts");
  table.mapValues([](const Text& v) { return v + "!"; }).toStream().to("table-out");
  table.groupBy([](const Text& v) { return std::pair{"all", v}; }, Grouped::as("tg"))
      .reduce([](const Text& x, const Text& y) { return x + y; }, replaced, Materialized::as("all"))
      .toStream()
      .to("all-out");
}

void drawVersionedFilterAndGroup(StreamsBuilder& b) {
  b.table<Text, Text>("in",
                      Materialized::as(persistentVersionedKeyValueStore("versions", Milliseconds{1000}, Milliseconds{200})))
      .filter([](const Text& v) { return v != "hidden"; })
      .groupBy([](const Text& k, const Text& v) { return std::pair{v, k}; })
      .count(Materialized::as("count"))
      .toStream()
      .to("out");
}

void drawVersionedRestarts(StreamsBuilder& b) {
  b.table<Text, Text>(
       "in",
       Materialized::as(persistentVersionedKeyValueStore("versions", Milliseconds{10'000})).withLoggingDisabled())
      .mapValues([](const Text& v) { return v + "!"; })
      .toStream()
      .to("out");
}

}  // namespace

void addTables(Topologies& to) {
  to["table_transform_values"] = drawn(drawTransformValues);
  to["app_headers_through_everything"] = drawn(drawHeadersThroughEverything);
  to["versioned_table_filter_and_group"] = drawn(drawVersionedFilterAndGroup);
  to["versioned_table_restarts_after_delete"] = drawn(drawVersionedRestarts);
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
