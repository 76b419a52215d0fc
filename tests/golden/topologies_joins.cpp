// Topologies of the corpus around joins of streams, with streams and with tables.

#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using std::chrono::milliseconds;

const auto strings = StreamJoined::with(StringSerde{}, StringSerde{}, StringSerde{});

Text shown(Nullable<Text> text) {
  return text.value_or("null");
}
Text pair(const Text& l, const Text& r) {
  return l + "+" + r;
}
Text leftPair(const Text& l, Nullable<Text> r) {
  return l + "+" + shown(r);
}
Text outerPair(Nullable<Text> l, Nullable<Text> r) {
  return shown(l) + "+" + shown(r);
}

void drawRepartitioned(StreamsBuilder& b) {
  const auto left = b.stream<Text, Text>("left").selectKey([](Nullable<Text> v) -> std::optional<Text> {
    if (!v) return std::nullopt;
    return Text(1, static_cast<char>(std::tolower(static_cast<unsigned char>(v->front()))));
  });
  const auto right = b.stream<Text, Text>("right").selectKey([](const Text& v) { return v.substr(0, 1); });
  left.join(right, pair, JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{30}),
            strings.withName("paired"))
      .to("out");
}

void addStreamStreamJoins(Topologies& to) {
  to["stream_stream_inner"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.join(right, pair, JoinWindows::ofTimeDifferenceWithNoGrace(milliseconds{10}), strings).to("out");
  });
  to["stream_stream_inner_asymmetric"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.join(right, pair,
              JoinWindows::ofTimeDifferenceAndGrace(milliseconds{0}, milliseconds{100})
                  .before(milliseconds{10})
                  .after(milliseconds{2}),
              strings)
        .to("out");
  });
  to["stream_stream_inner_grace_named_stores"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.join(
            right, [](const Text& k, const Text& l, const Text& r) { return k + ":" + l + "+" + r; },
            JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{20}),
            strings.withName("the-join").withStoreName("join-store"))
        .to("out");
  });
  to["stream_stream_join_repartitioned"] = drawn(drawRepartitioned);
  to["stream_stream_left_grace"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.leftJoin(right, leftPair, JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{15}),
                  strings.withStoreName("left-join"))
        .to("out");
  });
  to["stream_stream_left_same_timestamp"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.leftJoin(right, leftPair, JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{10}), strings)
        .to("out");
  });
  to["stream_stream_outer_no_grace"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.outerJoin(right, outerPair, JoinWindows::ofTimeDifferenceWithNoGrace(milliseconds{10}), strings).to("out");
  });
  to["stream_stream_outer_after_only"] = drawn([](StreamsBuilder& b) {
    const auto left = b.stream<Text, Text>("left");
    const auto right = b.stream<Text, Text>("right");
    left.outerJoin(
            right, outerPair,
            JoinWindows::ofTimeDifferenceAndGrace(milliseconds{12}, milliseconds{3}).before(milliseconds{-1}), strings)
        .to("out");
  });
}

void addSelfJoins(Topologies& to) {
  to["self_join_optimized"] = drawn(
      [](StreamsBuilder& b) {
        const auto in = b.stream<Text, Text>("in");
        in.join(in, pair, JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{5}), strings).to("out");
      },
      TopologyOptimization::all());
  to["self_join_asymmetric_optimized"] = drawn(
      [](StreamsBuilder& b) {
        const auto in = b.stream<Text, Text>("in");
        in.join(in, pair,
                JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{100}).after(milliseconds{0}),
                strings)
            .to("out");
      },
      TopologyOptimization::all());
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
  to["stream_table_versioned"] = drawn([](StreamsBuilder& b) {
    const auto table = b.table<Text, Text>(
        "table", Materialized::as(persistentVersionedKeyValueStore("rows", milliseconds{100})));
    b.stream<Text, Text>("in")
        .leftJoin(
            table, [](const Text& v, Nullable<Text> row) { return v + shown(row); },
            Joined::with(StringSerde{}, StringSerde{}, StringSerde{}))
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
  to["stream_global_table_inner"] = drawn([](StreamsBuilder& b) {
    const auto global = b.globalTable<Text, Text>("global", Materialized::as("global-store"));
    b.stream<Text, Text>("in")
        .join(
            global, [](const Text& v) { return v == "none" ? std::nullopt : std::optional{v}; },
            [](const Text& v, const Text& g) { return v + "=" + g; }, Named::as("lookup"))
        .to("out");
  });
}

void drawOrdersAndPayments(StreamsBuilder& b) {
  const auto orders = b.stream<Text, Text>("orders");
  const auto payments = b.stream<Text, Count>("payments");
  const auto met = orders.outerJoin(
      payments,
      [](Nullable<Text> o, Nullable<Count> p) { return shown(o) + "/" + (p ? std::to_string(*p) : "null"); },
      JoinWindows::ofTimeDifferenceAndGrace(milliseconds{50}, milliseconds{10}),
      StreamJoined::with(StringSerde{}, StringSerde{}, LongSerde{}).withName("meet").withStoreName("meet-store"));
  auto parts = met.split(Named::as("met-"))
                   .branch([](const Text& v) { return v.starts_with("null/"); }, Branched::as("unordered"))
                   .branch([](const Text& v) { return v.ends_with("/null"); }, Branched::as("unpaid"))
                   .defaultBranch(Branched::as("paid"));
  parts.at("met-unordered").merge(parts.at("met-unpaid")).to("problems");
  parts.at("met-paid")
      .map([](const Text& v) {
        const auto slash = v.find('/');
        return std::pair{v.substr(0, slash), static_cast<Count>(std::stoll(v.substr(slash + 1)))};
      })
      .groupByKey(Grouped::with("customers", StringSerde{}, LongSerde{}))
      .aggregate([] { return Count{0}; }, [](const Text&, Count v, Count agg) { return agg + v; },
                 Materialized::as("spent"))
      .toStream()
      .to("spent-out");
}

void drawChangesAsEvents(StreamsBuilder& b) {
  const auto states = b.table<Text, Text>("states", Materialized::as("states"));
  const auto comments = b.stream<Text, Text>("comments");
  const auto last = states.toStream(Named::as("changes"))
                        .filter([](const Text&, Nullable<Text> v) { return v.has_value(); })
                        .leftJoin(
                            comments, [](const Text& s, Nullable<Text> c) { return s + "(" + shown(c) + ")"; },
                            JoinWindows::ofTimeDifferenceAndGrace(milliseconds{10}, milliseconds{10}), strings)
                        .toTable(Named::as("last"), Materialized::as("last"));
  last.toStream().to("pairs");
  last.suppress(Suppressed::untilTimeLimit(milliseconds{30}, BufferConfig::unbounded()).withName("calm"))
      .mapValues([](const Text& v) { return static_cast<Count>(v.size()); })
      .mapValues([](Count n) { return std::to_string(n); })
      .toStream()
      .to("calm");
}

void drawClicksByRegion(StreamsBuilder& b) {
  const auto regions = b.table<Text, Text>("regions");
  b.stream<Text, Count>("clicks")
      .leftJoin(regions, [](Count n, Nullable<Text> region) { return region.value_or("unknown") + ":" + std::to_string(n); })
      .map([](const Text& v) {
        const auto colon = v.find(':');
        return std::pair{v.substr(0, colon), static_cast<Count>(std::stoll(v.substr(colon + 1)))};
      })
      .groupByKey()
      .windowedBy(TimeWindows::ofSizeAndGrace(milliseconds{100}, milliseconds{20}))
      .reduce([](Count sum, Count n) { return sum + n; }, Materialized::as("clicks-per-region"))
      .suppress(Suppressed::untilWindowCloses(BufferConfig::unbounded()))
      .toStream()
      .to("out");
}

void drawRatesVersioned(StreamsBuilder& b) {
  const auto rates = b.table<Text, Count>(
      "rates", Materialized::as(persistentVersionedKeyValueStore("rates", milliseconds{10'000})));
  b.stream<Text, Count>("payments")
      .join(
          rates, [](Count amount, Count rate) { return amount * rate; },
          Joined::with(StringSerde{}, LongSerde{}, LongSerde{}, "rate").withGracePeriod(milliseconds{20}))
      .groupByKey()
      .windowedBy(TimeWindows::ofSizeAndGrace(milliseconds{50}, milliseconds{0}))
      .emitStrategy(EmitStrategy::onWindowClose())
      .reduce([](Count sum, Count n) { return sum + n; }, Materialized::as("sums"))
      .toStream([](const Windowed<Text>& w, Count) { return w.key + "@" + toString(w.window); })
      .to("out");
}

}  // namespace

void addJoins(Topologies& to) {
  addStreamStreamJoins(to);
  addSelfJoins(to);
  addStreamTableJoins(to);
  to["app_orders_and_payments"] = drawn(drawOrdersAndPayments);
  to["app_changes_of_a_table_as_events"] = drawn(drawChangesAsEvents);
  to["app_clicks_by_region"] = drawn(drawClicksByRegion);
  to["app_rates_versioned"] = drawn(drawRatesVersioned);
}

}  // namespace widgetstream::golden
