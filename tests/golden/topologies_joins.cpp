// Topologies of the corpus around joins of streams, with streams and with tables.

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

Text shown(Nullable<Text> text) {
  return text.value_or("null");
}
void addStreamTableJoins(Topologies& to) {
  to["stream_table_inner"] = drawn([](StreamsBuilder& b) {
    const auto table = b.table<Text, Text>("table", Materialized::as("rows"));
    b.stream<Text, Text>("in")
        .join(
            table, [](const Text& v, const Text& row) { return v + row; },
            Joined::with(StringSerde{}, StringSerde{}, StringSerde{}, "enrich"))
        .to("out");
  });
  to["stream_table_left"] = drawn([](StreamsBuilder& b) {
    const auto table = b.table<Text, Text>("table");
    b.stream<Text, Text>("in")
        .leftJoin(
            table,
            [](Nullable<Text> k, const Text& v, Nullable<Text> row) { return shown(k) + v + shown(row); },
            Joined::with(StringSerde{}, StringSerde{}, StringSerde{}))
        .to("out");
  });
  to["stream_table_repartitioned"] = drawn([](StreamsBuilder& b) {
    const auto table = b.table<Text, Text>("table", Materialized::as("rows"));
    b.stream<Text, Text>("in")
        .map([](Nullable<Text> k, Nullable<Text> v) {
          const auto copy = [](Nullable<Text> from) { return from ? std::optional<Text>{*from} : std::nullopt; };
          return std::pair{copy(v), copy(k)};
        })
        .join(
            table, [](const Text& k, const Text& v, const Text& row) { return k + v + row; },
            Joined::with(StringSerde{}, StringSerde{}, StringSerde{}, "by-value"))
        .to("out");
  });
  to["stream_aggregated_table"] = drawn([](StreamsBuilder& b) {
    const auto in = b.stream<Text, Text>("in");
    const auto counts = in.groupByKey().count(Materialized::as("counts"));
    in.leftJoin(
          counts,
          [](const Text& v, Nullable<Count> n) { return v + (n ? std::to_string(*n) : "null"); },
          Joined::with(StringSerde{}, StringSerde{}, LongSerde{}))
        .to("out");
  });
}

}  // namespace

void addJoins(Topologies& to) {
  addStreamTableJoins(to);
}

}  // namespace widgetstream::golden
