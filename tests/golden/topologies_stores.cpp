// Topologies of the corpus whose processors use stores of every kind.

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/golden/topologies.hpp"
#include "widgetstream/state/versioned_store_builders.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream::golden {
namespace {

class Sessions final : public Processor<Text, Text> {
 public:
  using Store = SessionStore<Text, Text>;

  void process(const Record<Text, Text>& r) override {
    auto& sessions = context().getStateStore<Store>("sessions");
    Window merged{r.timestamp, r.timestamp};
    Text value = *r.value;
    sessions.findSessions(*r.key, r.timestamp - Milliseconds{5}, r.timestamp + Milliseconds{5},
                          [&](const Windowed<Text>& s, const Text& found) {
                            merged.start = std::min(merged.start, s.window.start);
                            merged.end = std::max(merged.end, s.window.end);
                            value = found + value;
                            sessions.remove(s);
                            return true;
                          });
    sessions.put({*r.key, merged}, value);
    const Text told = std::to_string(toMillis(merged.start)) + "-" + std::to_string(toMillis(merged.end)) + ":" + value;
    context().forward(r.withValue(told));
  }
};

class KeepHeaders final : public Processor<Text, Text> {
 public:
  using Store = TimestampedKeyValueStoreWithHeaders<Text, Text>;

  void process(const Record<Text, Text>& r) override {
    auto& kept = context().getStateStore<Store>("kept");
    const auto before = kept.get(*r.key);
    if (r.value) {
      kept.put(*r.key, {*r.value, r.timestamp, *r.headers});
    } else {
      kept.erase(*r.key);
    }
    if (before) context().forward({r.key, Nullable<Text>{before->value}, before->timestamp, before->headers});
  }
};

class Versions final : public Processor<Text, Text> {
 public:
  using Store = VersionedKeyValueStore<Text, Text>;

  void process(const Record<Text, Text>& r) override {
    auto& versions = context().getStateStore<Store>("versions");
    const Text result = r.value->starts_with("get") ? looked(versions.get(*r.key, r.timestamp))
                        : *r.value == "delete"      ? deleted(versions.erase(*r.key, r.timestamp))
                                               : "put " + std::to_string(versions.put(*r.key, *r.value, r.timestamp));
    context().forward(r.withValue(result));
  }

 private:
  static Text looked(const std::optional<VersionedRecord<Text>>& v) {
    if (!v) return "null";
    const Text end = v->valid_to ? std::to_string(toMillis(*v->valid_to)) : "open";
    return v->value + "[" + std::to_string(toMillis(v->timestamp)) + "," + end + ")";
  }
  static Text deleted(const std::optional<VersionedRecord<Text>>& v) {
    return v ? "deleted " + v->value + "@" + std::to_string(toMillis(v->timestamp)) : "deleted null";
  }
};

template <class P>
auto makes() {
  return [] { return std::make_unique<P>(); };
}

}  // namespace

void addStores(Topologies& to) {
  to["session_store_in_processor"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(
        sessionStoreBuilder<Text, Text>(persistentSessionStore("sessions", std::chrono::milliseconds{60'000})));
    b.stream<Text, Text>("in").process(makes<Sessions>(), {"sessions"}).to("out");
  });
  to["count_in_lru_store"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in").groupByKey().count(Materialized::as(lruMap("lru", 2))).toStream().to("out");
  });
  to["in_memory_by_default"] = [] {
    TopologyConfig config;
    config.dsl_store_suppliers = DslStoreSuppliers::inMemory();
    StreamsBuilder b{config};
    b.stream<Text, Text>("in")
        .groupByKey()
        .reduce([](const Text& agg, const Text& v) { return v > agg ? v : agg; }, Materialized::as("max"))
        .toStream()
        .to("out");
    return b.build();
  };
  to["versioned_store_in_processor"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(versionedKeyValueStoreBuilder<Text, Text>(
        persistentVersionedKeyValueStore("versions", std::chrono::milliseconds{100})));
    b.stream<Text, Text>("in").process(makes<Versions>(), {"versions"}).to("out");
  });
  to["headers_store_in_processor"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(timestampedKeyValueStoreWithHeadersBuilder<Text, Text>(persistentKeyValueStore("kept")));
    b.stream<Text, Text>("in").process(makes<KeepHeaders>(), {"kept"}).to("out");
  });
}

}  // namespace widgetstream::golden
