// Topologies of the corpus that group and aggregate.

#include "tests/golden/java_text.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

Text none() {
  return "";
}
Text concatenated(const Text&, const Text& v, const Text& aggregate) {
  return aggregate + v;
}

void drawWordCount(StreamsBuilder& b) {
  auto counts = b.stream<Text, Text>("lines")
                    .filter([](Nullable<Text> v) { return v.has_value(); })
                    .flatMapValues(lowerCaseWords)
                    .filterNot([](const Text& v) { return v.empty(); })
                    .groupBy([](const Text& v) { return v; }, Grouped::as("words"))
                    .count(Materialized::as("counts"));
  counts.toStream().to("counts-out");
  counts.filter([](const Count& n) { return n >= 3; })
      .toStream()
      .filter([](Nullable<Count> n) { return n.has_value(); })
      .mapValues([](const Text& w, const Count&) { return w + "!"; })
      .to("frequent");
}

void drawTwoAggregations(StreamsBuilder& b) {
  auto g =
      b.stream<Text, Text>("in").groupBy([](const Text& v) { return v.substr(0, 1); }, Grouped::as("first-letter"));
  g.count(Materialized::as("counts")).toStream().to("out-counts");
  g.reduce([](const Text& aggregate, const Text& v) { return aggregate + "," + v; }, Materialized::as("lists"))
      .toStream()
      .to("out-lists");
}

void drawCountByValue(StreamsBuilder& b) {
  b.stream<Text, Text>("in")
      .groupBy([](Nullable<Text> v) -> std::optional<Text> {
        if (!v) return std::nullopt;
        return std::stoi(*v) % 2 == 0 ? "even" : "odd";
      })
      .count(Materialized::as("parity"))
      .toStream()
      .to("out");
}

void drawAggregateToNull(StreamsBuilder& b) {
  b.stream<Text, Text>("in")
      .groupByKey()
      .aggregate([] { return Text{"start"}; },
                 [](const Text&, const Text& v, const Text& aggregate) -> std::optional<Text> {
                   if (v == "reset") return std::nullopt;
                   return aggregate + "," + v;
                 },
                 Materialized::as("agg"))
      .toStream()
      .to("out");
}

}  // namespace

void addAggregations(Topologies& to) {
  to["app_word_count"] = drawn(drawWordCount);
  to["two_aggregations_of_one_group"] = drawn(drawTwoAggregations);
  to["count_by_value_repartitions"] = drawn(drawCountByValue);
  to["aggregate_to_null"] = drawn(drawAggregateToNull);
  to["aggregate_concatenates"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in").groupByKey().aggregate(none, concatenated, Materialized::as("agg")).toStream().to("out");
  });
  to["no_cache_shows_every_update"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .flatMapValues([](const Text& v) { return split(v, ' '); })
        .groupByKey()
        .aggregate(none, concatenated, Materialized::as("agg").withCachingDisabled())
        .toStream()
        .to("out");
  });
  to["count_by_key_named_no_cache"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupByKey()
        .count(Named::as("counting"), Materialized::as("counts"))
        .toStream()
        .to("out");
  });
  to["count_in_memory_not_logged"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupByKey()
        .count(Materialized::as(inMemoryKeyValueStore("mem")).withKeySerde(StringSerde{}).withLoggingDisabled())
        .toStream()
        .to("out");
  });
  to["logging_with_topic_config"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupByKey()
        .count(Materialized::as("counts").withLoggingEnabled({{"min.insync.replicas", "2"}}).withCachingEnabled())
        .filter([](const Count& n) { return n % 2 == 0; })
        .toStream()
        .to("out");
  });
  to["store_name_names_repartition_topic"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .groupBy([](const Text& v) { return v; })
        .reduce([](const Text& x, const Text& y) { return x + y; }, Materialized::as("the-store"))
        .toStream()
        .to("out");
  });
}

}  // namespace widgetstream::golden
