// Topologies of the corpus about the graph itself: patterns, global stores, processors that keep the key, rewrites.

#include "tests/golden/java_text.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using TextStore = KeyValueStore<Text, Text>;

template <class P>
std::unique_ptr<P> made() {
  return std::make_unique<P>();
}

class ForwardAll final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>& r) override { context().forward(r); }
};

class Letters final : public FixedKeyProcessor<Text, Text, Count> {
 public:
  void process(const FixedKeyRecord<Text, Text>& r) override {
    for (const char letter : *r.value()) {
      const Count code = static_cast<unsigned char>(letter);
      context().forward(r.withValue(code));
    }
  }
};

class Nothing final : public FixedKeyProcessor<Text, Text> {
 public:
  void process(const FixedKeyRecord<Text, Text>&) override {}
};

class KeepGlobal final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>& r) override {
    auto& store = context().getStateStore<TextStore>("global");
    if (r.value) {
      store.put(*r.key, *r.value + "/" + std::to_string(toMillis(r.timestamp)));
    } else {
      store.erase(*r.key);
    }
  }
};

class LookUp final : public FixedKeyProcessor<Text, Text> {
 public:
  void process(const FixedKeyRecord<Text, Text>& r) override {
    auto& store = context().getStateStore<ReadOnlyKeyValueStore<Text, Text>>("global");
    const Text told = *r.value() + "=" + store.get(*r.value()).value_or("null");
    context().forward(r.withValue(told));
  }
};

}  // namespace

void addGraphs(Topologies& to) {
  to["stream_of_pattern"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>(TopicPattern{"orders-.*"}, Consumed::as("orders")).to("out");
  });
  to["bare_topology_many_sources"] = [] {
    Topology t;
    t.addSource<Text, Text>("lonely", {"alone"});
    t.addSource<Text, Text>("s1", {"in1"});
    t.addSource<Text, Text>("s2", TopicPattern{"in-.*"});
    t.addProcessor<Text, Text, Text, Text>("p", made<ForwardAll>, {"s1", "s2"});
    t.addStateStore(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("st2")), {"p"});
    t.addStateStore(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("st1")), {"p"});
    t.addSink<Text, Text>("k", "out", {"p", "s1"});
    return t;
  };
  to["process_values_keeps_key"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .processValues(made<Letters>, Named::as("letters"))
        .groupByKey(Grouped::with(StringSerde{}, LongSerde{}))
        .reduce(std::plus<>{}, Materialized::as("sum").withCachingDisabled())
        .toStream()
        .to("out");
  });
  to["error_unknown_store"] = drawn(
      [](StreamsBuilder& b) { b.stream<Text, Text>("in").processValues(made<Nothing>, {"missing"}); });
  to["global_store_in_dsl"] = drawn([](StreamsBuilder& b) {
    b.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("global")), "config",
                                 made<KeepGlobal>);
    b.stream<Text, Text>("in").processValues(made<LookUp>).to("out");
  });
}

}  // namespace widgetstream::golden
