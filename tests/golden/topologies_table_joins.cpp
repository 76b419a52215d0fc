// Topologies of the corpus around joins of tables, by key and by foreign key, and around grouped tables.

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

/// What Java's + makes of a text that may be null.
Text shown(Nullable<Text> text) {
  return text.value_or("null");
}
Text shown(Nullable<Count> number) {
  return number ? std::to_string(*number) : "null";
}
/// Java's split("-")[0].
Text before(char separator, const Text& text) {
  return text.substr(0, text.find(separator));
}
Text after(char separator, const Text& text) {
  return text.substr(text.find(separator) + 1);
}

void drawSelfJoin(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left", Materialized::as("l"));
  b.stream<Text, Text>("right").to("ignored");
  left.outerJoin(left.filter([](const Text& v) { return v.size() > 1; }),
                 [](Nullable<Text> x, Nullable<Text> y) { return shown(x) + "/" + shown(y); })
      .toStream()
      .to("out");
}

void drawInnerMaterialized(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left", Materialized::as("l"));
  const auto right = b.table<Text, Text>("right", Materialized::as("r"));
  left.join(right, [](const Text& l, const Text& r) { return l + r; }, Named::as("joined"),
            Materialized::as("joined-store"))
      .toStream()
      .to("out");
}

void drawLeft(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left");
  const auto right = b.table<Text, Text>("right");
  left.leftJoin(right, [](const Text& l, Nullable<Text> r) { return l + shown(r); }, Materialized::as("joined"))
      .toStream()
      .to("out");
}

void drawChainThenFilter(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left");
  const auto right = b.table<Text, Text>("right").mapValues([](const Text& v) { return Count{std::stoll(v)}; });
  left.leftJoin(right, [](const Text& l, Nullable<Count> r) { return r ? l + std::to_string(*r) : l; })
      .join(left.mapValues([](const Text& v) { return static_cast<std::int32_t>(v.size()); }),
            [](const Text& lr, std::int32_t n) { return lr + "#" + std::to_string(n); })
      .filter([](const Text& v) { return !v.starts_with("AA"); })
      .mapValues([](const Text& k, const Text& v) { return k + "=" + v; })
      .toStream()
      .to("out");
}

void drawCountsJoined(StreamsBuilder& b) {
  const auto x = b.stream<Text, Text>("x").groupByKey().count(Materialized::as("xs"));
  const auto y = b.stream<Text, Text>("y").groupByKey().count(Materialized::as("ys"));
  x.outerJoin(y, [](Nullable<Count> n, Nullable<Count> m) { return shown(n) + ":" + shown(m); },
              Materialized::with(StringSerde{}, StringSerde{}))
      .toStream()
      .to("out");
}

void drawGroupByAggregate(StreamsBuilder& b) {
  b.table<Text, Text>("in", Materialized::as("source"))
      .groupBy([](const Text& v) { return std::pair{v.substr(0, 1), v}; }, Grouped::as("by-letter"))
      .aggregate([] { return "0"; }, [](const Text& v, const Text& agg) { return agg + "+" + v; },
                 [](const Text& v, const Text& agg) { return agg + "-" + v; }, Named::as("sum"),
                 Materialized::as("sums"))
      .toStream()
      .to("out");
}

void drawGroupByCount(StreamsBuilder& b) {
  b.table<Text, Text>("in")
      .groupBy([](const Text& k, const Text& v) { return std::pair{v, k}; })
      .count(Materialized::as("sizes"))
      .toStream()
      .to("out");
}

Text withoutFirst(Text text, const Text& part) {
  const auto at = text.find(part);
  return at == Text::npos ? text : text.erase(at, part.size());
}

void drawGroupByNullResults(StreamsBuilder& b) {
  b.table<Text, Text>("in")
      .groupBy([](const Text& v) {
        std::pair<std::optional<Text>, std::optional<Text>> pair{"g", v};
        if (v == "nokey") pair.first.reset();
        if (v == "noval") pair.second.reset();
        return pair;
      })
      .aggregate([] { return Text{}; }, [](const Text& v, const Text& agg) { return agg + v; },
                 [](const Text& v, const Text& agg) { return withoutFirst(agg, v); }, Materialized::as("agg"))
      .toStream()
      .to("out");
}

Text plus(const Text& l, const Text& r) {
  return l + "+" + r;
}

void drawForeignKeyInner(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left", Materialized::as("lefts"));
  const auto right = b.table<Text, Text>("right", Materialized::as("rights"));
  left.join(right, [](const Text& v) { return v == "null" ? std::nullopt : std::optional{before('-', v)}; }, plus)
      .toStream()
      .to("out");
}

void drawForeignKeyFromKeyAndValue(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left");
  const auto right = b.stream<Text, Text>("right")
                         .filter([](Nullable<Text> k, Nullable<Text>) { return k.has_value(); })
                         .map([](const Text& k, Nullable<Text> v) {
                           return std::pair{Count{k.front()}, v ? std::optional{*v} : std::nullopt};
                         })
                         .toTable(Materialized::as("rights"));
  left.join(right,
            [](const Text&, const Text& v) { return v == "null" ? std::nullopt : std::optional{Count{v.front()}}; },
            plus, Materialized::as("fk-result"))
      .toStream()
      .to("out");
}

Text same(const Text& v) {
  return v;
}

void drawForeignKeyManyToOne(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left");
  const auto right = b.table<Text, Text>("right");
  left.leftJoin(right, same, [](const Text& l, Nullable<Text> r) { return l + "=" + shown(r); }).toStream().to("out");
}

void drawForeignKeyNames(StreamsBuilder& b) {
  const auto left = b.table<Text, Text>("left");
  const auto right = b.table<Text, Text>("right");
  left.join(right, same, [](const Text& l, const Text& r) { return l + r; }).toStream().to("o1");
  left.leftJoin(right, same, [](const Text& l, Nullable<Text> r) { return l + shown(r); }, TableJoined::as("fk-name"),
                Materialized::as("fk-store"))
      .toStream()
      .to("o2");
}

void drawForeignKeyVersionedLeft(StreamsBuilder& b) {
  const auto left =
      b.table<Text, Text>("left", Materialized::as(persistentVersionedKeyValueStore("lefts", Milliseconds{1000})));
  const auto right =
      b.table<Text, Text>("right", Materialized::as(persistentVersionedKeyValueStore("rights", Milliseconds{1000})));
  left.leftJoin(right, [](const Text& v) { return before('-', v); },
                [](const Text& l, Nullable<Text> r) { return l + "+" + shown(r); }, Materialized::as("fk-result"))
      .toStream()
      .to("out");
}

Count sum(Count agg, Count v) {
  return agg + v;
}
Count difference(Count agg, Count v) {
  return agg - v;
}

void drawAverageByTwoTables(StreamsBuilder& b) {
  const auto scores = b.table<Text, Count>("scores");
  const auto by_team = [](const Text& k, Count v) { return std::pair{k.substr(0, 1), v}; };
  const auto sums = scores.groupBy(by_team, Grouped::as("teams"))
                        .aggregate([] { return Count{0}; }, [](Count v, Count agg) { return agg + v; },
                                   [](Count v, Count agg) { return agg - v; }, Materialized::as("sums"));
  const auto counts = scores.groupBy(by_team, Grouped::as("team-sizes")).count(Materialized::as("sizes"));
  sums.join(counts,
            [](Count s, Count n) {
              return n == 0 ? Text{"none"} : std::to_string(s / n) + "r" + std::to_string(s % n);
            },
            Materialized::as("averages"))
      .toStream()
      .to("out");
}

void drawOrderLinesByForeignKey(StreamsBuilder& b) {
  const auto lines = b.table<Text, Text>("lines", Materialized::as("lines"));
  const auto products = b.table<Text, Count>("products", Materialized::as("products"));
  lines
      .join(products, [](const Text& line) { return after('x', line); },
            [](const Text& line, Count price) { return std::stoll(before('x', line)) * price; },
            TableJoined::as("price-of-line"), Materialized::as("amounts"))
      .groupBy([](const Text& line, Count amount) { return std::pair{before('-', line), amount}; },
               Grouped::as("per-order"))
      .reduce(sum, difference, Materialized::as("order-totals"))
      .toStream()
      .to("out");
}

void drawChainOfRepartitions(StreamsBuilder& b) {
  b.stream<Text, Text>("in")
      .selectKey([](const Text& v) { return v.substr(0, 1); })
      .repartition(Repartitioned::as("one").withNumberOfPartitions(2))
      .groupBy([](const Text& k, const Text& v) { return k + std::to_string(v.size()); }, Grouped::as("two"))
      .aggregate([] { return Text{}; },
                 [](const Text& v, const Text& agg) { return agg.empty() ? v : agg + "," + v; },
                 Materialized::as("lists"))
      .toStream()
      .groupBy([](const Text& v) { return std::to_string(std::count(v.begin(), v.end(), ',') + 1); },
               Grouped::as("three"))
      .count(Materialized::as("lengths"))
      .groupBy([](Count n) { return std::pair{"all", n}; }, Grouped::as("four"))
      .reduce(sum, difference, Materialized::as("total"))
      .toStream()
      .to("out");
}

}  // namespace

void addTableJoins(Topologies& to) {
  to["table_self_join"] = drawn(drawSelfJoin);
  to["table_table_inner_materialized"] = drawn(drawInnerMaterialized);
  to["table_table_left"] = drawn(drawLeft);
  to["table_table_chain_then_filter"] = drawn(drawChainThenFilter);
  to["table_of_counts_joined"] = drawn(drawCountsJoined);
  to["table_group_by_aggregate"] = drawn(drawGroupByAggregate);
  to["table_group_by_count"] = drawn(drawGroupByCount);
  to["table_group_by_null_results"] = drawn(drawGroupByNullResults);
  to["foreign_key_inner"] = drawn(drawForeignKeyInner);
  to["foreign_key_inner_from_key_and_value"] = drawn(drawForeignKeyFromKeyAndValue);
  to["foreign_key_many_to_one"] = drawn(drawForeignKeyManyToOne);
  to["foreign_key_versioned_left"] = drawn(drawForeignKeyVersionedLeft);
  to["foreign_key_names"] = drawn(drawForeignKeyNames);
  to["app_average_by_two_tables"] = drawn(drawAverageByTwoTables);
  to["app_order_lines_by_foreign_key"] = drawn(drawOrderLinesByForeignKey);
  to["app_chain_of_repartitions"] = drawn(drawChainOfRepartitions);
}

}  // namespace widgetstream::golden
