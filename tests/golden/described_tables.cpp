// Topologies around tables whose describe() texts Java printed: joins, groupBy, transformValues.

#include "tests/golden/described.hpp"

namespace widgetstream::golden {
namespace {

Text same(const Text& v) {
  return v;
}
Text both(const Text& p, const Text& q) {
  return p + q;
}
Text withPerhaps(const Text& p, Nullable<Text>) {
  return p;
}
Text ofEither(Nullable<Text> p, Nullable<Text>) {
  return p.value_or("");
}
Text second(const Text&, const Text& y) {
  return y;
}
Text none() {
  return "";
}
std::pair<Text, Text> pairOf(const Text& v) {
  return {v, v};
}

class Unchanged final : public ValueTransformerWithKey<Text, Text, Text> {
 public:
  std::optional<Text> transform(const Text&, Nullable<Text> value) override {
    return value ? std::optional{*value} : std::nullopt;
  }
};
std::unique_ptr<Unchanged> unchanged() {
  return std::make_unique<Unchanged>();
}

KTable<Text, Text> table(StreamsBuilder& b, const std::string& topic) {
  return b.table<Text, Text>(topic);
}
BasicMaterialized<StringSerde, StringSerde> unnamed() {
  return Materialized::with(StringSerde{}, StringSerde{});
}

void addTableJoinNodes(Topologies& to) {
  to["tt joins"] = drawn([](StreamsBuilder& b) {
    const auto x = table(b, "x");
    const auto y = table(b, "y");
    x.join(y, both).leftJoin(y, withPerhaps).outerJoin(x, ofEither).toStream().to("out");
  });
  to["tt join materialized/named"] = drawn([](StreamsBuilder& b) {
    const auto x = table(b, "x");
    const auto y = table(b, "y");
    x.join(y, both, Named::as("TJ"), Materialized::as("TJS")).join(y, both, unnamed()).toStream().to("out");
  });
  to["fk join"] = drawn([](StreamsBuilder& b) {
    const auto x = table(b, "x");
    x.join(table(b, "y"), same, both).toStream().to("out");
  });
  to["fk left join Materialized named"] = drawn([](StreamsBuilder& b) {
    const auto x = table(b, "x");
    x.leftJoin(table(b, "y"), same, withPerhaps, Materialized::as("FKS")).toStream().to("out");
  });
  to["fk join TableJoined named"] = drawn([](StreamsBuilder& b) {
    const auto x = table(b, "x");
    x.join(table(b, "y"), same, both, TableJoined::as("FK"), Materialized::as("FKS")).toStream().to("out");
  });
}

void addGroups(Topologies& to) {
  to["ktable groupBy count"] =
      drawn([](StreamsBuilder& b) { table(b, "t").groupBy(pairOf).count().toStream().to("out"); });
  to["ktable groupBy named reduce"] = drawn([](StreamsBuilder& b) {
    table(b, "t")
        .groupBy(pairOf, Grouped::as("g"))
        .reduce(second, second, Named::as("red"), Materialized::as("R"))
        .toStream()
        .to("out");
  });
  to["ktable groupBy reduce unnamed"] =
      drawn([](StreamsBuilder& b) { table(b, "t").groupBy(pairOf).reduce(second, second).toStream().to("out"); });
  to["ktable groupBy twice aggregated from one grouping"] = drawn([](StreamsBuilder& b) {
    auto g = table(b, "t").groupBy(pairOf);
    g.count().toStream().to("out");
    g.aggregate(none, second, second).toStream().to("out2");
  });
  to["ktable groupBy named grouped, agg named, store unnamed"] = drawn([](StreamsBuilder& b) {
    table(b, "t").groupBy(pairOf, Grouped::as("g")).count(Named::as("n")).toStream().to("o");
  });
}

}  // namespace

void addDescribedTables(Topologies& to) {
  addTableJoinNodes(to);
  addGroups(to);
  to["table transformValues"] = drawn([](StreamsBuilder& b) {
    table(b, "t").transformValues(unchanged, Materialized::as("TV")).toStream().to("out");
  });
  to["transformValues Materialized.with"] = drawn(
      [](StreamsBuilder& b) { table(b, "t").transformValues(unchanged, unnamed()).toStream().to("out"); });
}

}  // namespace widgetstream::golden
