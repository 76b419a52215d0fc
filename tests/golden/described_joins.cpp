// Topologies with joins of streams whose describe() texts Java printed.

#include "tests/golden/described.hpp"

namespace widgetstream::golden {
namespace {

constexpr Milliseconds minute{60'000};
const JoinWindows windows = JoinWindows::ofTimeDifferenceWithNoGrace(minute);

bool notNull(Nullable<Text> v) {
  return v.has_value();
}
Text value(const Text& v) {
  return v;
}
Text valueOf(const Text&, const Text& v) {
  return v;
}
Text both(const Text& x, const Text& y) {
  return x + y;
}
Text withPerhaps(const Text& x, Nullable<Text>) {
  return x;
}
Text ofEither(Nullable<Text> x, Nullable<Text>) {
  return x.value_or("");
}
std::pair<Text, Text> same(const Text& k, const Text& v) {
  return {k, v};
}
Text none() {
  return "";
}
Text aggregated(const Text&, const Text& v, const Text&) {
  return v;
}

KStream<Text, Text> stream(StreamsBuilder& b, const std::string& topic) {
  return b.stream<Text, Text>(topic);
}
KTable<Text, Text> table(StreamsBuilder& b, const std::string& topic) {
  return b.table<Text, Text>(topic);
}
auto serdes() {
  return StreamJoined::with(StringSerde{}, StringSerde{}, StringSerde{});
}
auto joinedSerdes() {
  return Joined::with(StringSerde{}, StringSerde{}, StringSerde{});
}

void addStreamJoins(Topologies& to) {
  to["ss inner join"] =
      drawn([](StreamsBuilder& b) { stream(b, "l").join(stream(b, "r"), both, windows).to("out"); });
  to["ss left join"] =
      drawn([](StreamsBuilder& b) { stream(b, "l").leftJoin(stream(b, "r"), withPerhaps, windows).to("out"); });
  to["ss outer join"] =
      drawn([](StreamsBuilder& b) { stream(b, "l").outerJoin(stream(b, "r"), ofEither, windows).to("out"); });
  to["ss outer join named+store named, both repartitioned"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto r = stream(b, "r");
    const auto rekeyed = l.selectKey(value);
    rekeyed.outerJoin(r.selectKey(value), ofEither, windows, serdes().withName("J").withStoreName("JS")).to("out");
  });
  to["ss left join named only, left repartitioned"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto r = stream(b, "r");
    l.selectKey(value).leftJoin(r, withPerhaps, windows, serdes().withName("J")).to("out");
  });
  to["ss join repartitioned unnamed"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto r = stream(b, "r");
    const auto rekeyed = l.selectKey(value);
    rekeyed.join(r.map(same), both, windows).to("out");
  });
  to["ss join suppliers"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto r = stream(b, "r");
    l.outerJoin(r, ofEither, windows,
                StreamJoined::with(persistentWindowStore("A", minute * 2, minute * 2, true),
                                   persistentWindowStore("B", minute * 2, minute * 2, true)))
        .to("o");
  });
  to["rekeyed stream joined twice"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l").selectKey(value);
    const auto r = stream(b, "r");
    l.join(r, both, windows).to("o1");
    l.join(r, both, windows).to("o2");
  });
}

void addSelfJoins(Topologies& to) {
  const auto with_itself = [](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    l.join(l, both, windows).to("out");
  };
  const auto of_one_topic = [](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto r = stream(b, "l");
    l.join(r, both, windows).to("out");
  };
  addBoth(to, "self join", with_itself);
  addBoth(to, "self join two streams same topic", of_one_topic);
}

void addJoinsWithTables(Topologies& to) {
  to["stream-table join"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    l.join(table(b, "t"), both).to("out");
  });
  to["stream-table left join repartition"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto t = table(b, "t");
    l.selectKey(value).leftJoin(t, withPerhaps).to("out");
  });
  to["stream-table join repartition Joined named"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto t = b.table<Text, Text>("t", Materialized::as("T"));
    l.selectKey(value).join(t, both, joinedSerdes().withName("enrich")).to("out");
  });
  to["stream-table join grace"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto t =
        b.table<Text, Text>("t", Materialized::as(persistentVersionedKeyValueStore("vt", minute * 60)));
    l.join(t, both, joinedSerdes().withName("enrich").withGracePeriod(minute)).to("out");
  });
  to["stream-table join twice rekeyed"] = drawn([](StreamsBuilder& b) {
    const auto t = table(b, "t");
    const auto l = stream(b, "l").selectKey(value);
    l.join(t, both).to("o1");
    l.leftJoin(t, withPerhaps).to("o2");
  });
  to["toTable named + Materialized.with then join"] = drawn([](StreamsBuilder& b) {
    const auto t = stream(b, "t").toTable(Named::as("tt"));
    stream(b, "l").join(t, both).to("o");
  });
  to["order example: widgets"] = drawn([](StreamsBuilder& b) {
    const auto s = stream(b, "widget-orders");
    const auto customers = b.table<Text, Text>("customers", Materialized::as("customers-store"));
    s.filter(notNull)
        .selectKey(value)
        .join(customers, both)
        .groupByKey()
        .aggregate(none, aggregated, Materialized::as("orders-by-customer"))
        .toStream()
        .to("customer-orders");
  });
}

void addGlobalJoins(Topologies& to) {
  to["stream-globaltable join"] = drawn([](StreamsBuilder& b) {
    const auto l = stream(b, "l");
    const auto t = b.globalTable<Text, Text>("g");
    l.join(t, valueOf, both).to("out");
    l.leftJoin(t, valueOf, withPerhaps).to("out2");
  });
  to["globaltable first & named"] = drawn([](StreamsBuilder& b) {
    const auto t = b.globalTable<Text, Text>("g", Consumed::as("G"), Materialized::as("gs"));
    const auto l = stream(b, "l");
    l.join(t, valueOf, both).to("out");
    static_cast<void>(b.globalTable<Text, Text>("g2"));
  });
}

void addOptimizedJoin(Topologies& to) {
  addBoth(to, "optimized: rekey + mapValues + agg + join", [](StreamsBuilder& b) {
    const auto s = stream(b, "in").map(same);
    s.filter(notNull).groupByKey().count(Materialized::as("cs")).toStream().to("o1");
    static_cast<void>(s.groupByKey().count(Materialized::as("cs2")).toStream());
    const auto mapped = s.mapValues(value);
    mapped.join(stream(b, "r"), both, windows).to("o3");
  });
}

}  // namespace

void addDescribedJoins(Topologies& to) {
  addStreamJoins(to);
  addSelfJoins(to);
  addJoinsWithTables(to);
  addGlobalJoins(to);
  addOptimizedJoin(to);
}

}  // namespace widgetstream::golden
