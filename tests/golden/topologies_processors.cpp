// Topologies of the corpus with processors of the user's own.

#include <vector>

#include "tests/golden/java_text.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using TextStore = KeyValueStore<Text, Text>;
using CountStore = KeyValueStore<Text, Count>;

class CountAndDelete final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>& r) override {
    auto& counts = context().getStateStore<CountStore>("counts");
    const std::optional<Count> before = counts.putIfAbsent(*r.key, 1);
    if (before) counts.put(*r.key, *before + 1);
    if (*r.value == "delete") counts.erase(*r.key);
    const Text key = *r.key + *r.key;
    const Text value = *r.value + (before ? std::to_string(*before) : "null");
    context().forward(r.withKey(key).withValue(value).withTimestamp(r.timestamp + Milliseconds{1000}));
  }
};

class Deduplicate final : public Processor<Text, Text, Text, Count> {
 public:
  void process(const Record<Text, Text>& r) override {
    auto& seen = context().getStateStore<TextStore>("seen");
    if (seen.get(*r.key) == *r.value) return;
    seen.put(*r.key, *r.value);
    context().forward(r.withValue(static_cast<Count>(r.value->size())));
  }
};

class BatchUp final : public Processor<Text, Count> {
 public:
  void init(Context& c) override {
    c.schedule(Milliseconds{100}, PunctuationType::stream_time, [this](Timestamp time) { flush(time); });
    c.schedule(Milliseconds{1000}, PunctuationType::wall_clock_time, [this](Timestamp time) { flush(time); });
  }
  void process(const Record<Text, Count>& r) override {
    auto& batch = context().getStateStore<CountStore>("batch");
    batch.put(*r.key, batch.get(*r.key).value_or(0) + *r.value);
  }

 private:
  void flush(Timestamp time) {
    auto& batch = context().getStateStore<CountStore>("batch");
    batch.all([&](const Text& key, const Count& value) {
      context().forward({Nullable<Text>{key}, Nullable<Count>{value}, time});
      batch.erase(key);
      return true;
    });
  }
};

class ChangeHeaders final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>& r) override {
    Headers headers = *r.headers;
    std::erase_if(headers, [](const Header& header) { return header.key == "drop"; });
    headers.push_back({"count", Bytes(1, static_cast<char>(headers.size()))});
    headers.push_back({"null", std::nullopt});
    context().forward(r.withHeaders(headers));
    context().forward(r.withHeaders(noHeaders()));
  }
};

class TellWhatWasSeen final : public Processor<Text, Text> {
 public:
  void init(Context& c) override {
    c.schedule(Milliseconds{1000}, PunctuationType::wall_clock_time, [this](Timestamp) { tell(); });
  }
  void process(const Record<Text, Text>& r) override { seen_ += *r.key; }

 private:
  void tell() {
    // Java's "".split("") is one empty text.
    std::vector<Text> keys;
    for (const char c : seen_) keys.emplace_back(1, c);
    if (keys.empty()) keys.emplace_back();
    const Text value = "seen";
    for (const Text& key : keys) {
      context().forward({Nullable<Text>{key}, Nullable<Text>{value}, context().currentStreamTime()});
    }
    seen_.clear();
  }

  Text seen_;
};

class Pending final : public Processor<Text, Text> {
 public:
  void init(Context& c) override {
    pending_ = &c.getStateStore<TextStore>("pending");
    c.schedule(Milliseconds{10}, PunctuationType::stream_time, [this](Timestamp time) {
      pending_->all([&](const Text& key, const Text& value) {
        const Text told = value + "@" + std::to_string(toMillis(time));
        context().forward({Nullable<Text>{key}, Nullable<Text>{told}, time});
        pending_->erase(key);
        return true;
      });
    });
  }
  void process(const Record<Text, Text>& r) override {
    pending_->put(*r.key, pending_->get(*r.key).value_or("") + *r.value);
  }

 private:
  TextStore* pending_ = nullptr;
};

class Scan final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>& r) override {
    auto& kv = context().getStateStore<TextStore>("kv");
    if (*r.key != "scan") {
      if (r.value) {
        kv.put(*r.key, *r.value);
      } else {
        kv.erase(*r.key);
      }
      return;
    }
    const std::vector<Text> q = split(*r.value, ',');
    const auto tell = [&](const Text& key, const Text& value) {
      const Text told = key + "=" + value;
      context().forward({Nullable<Text>{q[0]}, Nullable<Text>{told}, r.timestamp});
      return true;
    };
    if (q[0] == "range") {
      kv.range(q[1], q[2], tell);
    } else if (q[0] == "reverse") {
      kv.reverseRange(q[1], q[2], tell);
    } else if (q[0] == "prefix") {
      kv.prefixScan(q[1], tell);
    } else {
      kv.all(tell);
    }
  }
};

class PutTwice final : public Processor<Text, Text, Text, Count> {
 public:
  void process(const Record<Text, Text>& r) override {
    auto& own = context().getStateStore<CountStore>("own");
    own.put(*r.key, 1);
    own.put(*r.key, 2);
    context().forward(r.withValue(static_cast<Count>(own.approximateNumEntries())));
  }
};

struct PutTwiceSupplier {
  [[nodiscard]] std::vector<StoreBuilder> stores() const {
    return {keyValueStoreBuilder<Text, Count>(inMemoryKeyValueStore("own")).withCachingEnabled()};
  }
  std::unique_ptr<PutTwice> operator()() const { return std::make_unique<PutTwice>(); }
};

class Router final : public Processor<Text, Text> {
 public:
  void process(const Record<Text, Text>& r) override {
    if (*r.value == "all") {
      context().forward(r);
    } else {
      context().forward(r, *r.value);
    }
  }
};

Topology routed() {
  Topology t;
  t.addSource<Text, Text>("source", {"in"});
  t.addProcessor<Text, Text, Text, Text>("router", [] { return std::make_unique<Router>(); }, {"source"});
  t.addSink<Text, Text>("s1", "out-1", {"router"});
  t.addSink<Text, Text>("s2", "out-2", {"router"});
  GraphNode s3 = detail::sinkNode<Text, Text>("s3", {}, {}, {}, {}, {"router", "source"});
  s3.topic_extractor = [](const AnyRecord& record, const RecordContext&) {
    return "out-" + *Record<Text, Text>{record}.key;
  };
  t.add(std::move(s3));
  return t;
}

void drawDeduplicateAndBatch(StreamsBuilder& b) {
  b.addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("seen")));
  b.addStateStore(keyValueStoreBuilder<Text, Count>(persistentKeyValueStore("batch")).withLoggingDisabled());
  b.stream<Text, Text>("in")
      .process([] { return std::make_unique<Deduplicate>(); }, Named::as("deduplicate"), {"seen"})
      .process([] { return std::make_unique<BatchUp>(); }, Named::as("batch-up"), {"batch"})
      .groupByKey(Grouped::as("batched"))
      .reduce([](const Count& x, const Count& y) { return x + y; }, Materialized::as("totals"))
      .toStream()
      .to("out");
}

}  // namespace

void addProcessors(Topologies& to) {
  to["app_deduplicate_and_batch"] = drawn(drawDeduplicateAndBatch);
  to["topology_with_named_children"] = routed;
  to["process_with_store"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(keyValueStoreBuilder<Text, Count>(persistentKeyValueStore("counts")));
    b.stream<Text, Text>("in")
        .process([] { return std::make_unique<CountAndDelete>(); }, Named::as("counter"), {"counts"})
        .to("out");
  });
  to["headers_added_and_removed"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in").process([] { return std::make_unique<ChangeHeaders>(); }).to("out");
  });
  to["punctuate_into_repartition"] = drawn([](StreamsBuilder& b) {
    b.stream<Text, Text>("in")
        .process([] { return std::make_unique<TellWhatWasSeen>(); })
        .groupByKey(Grouped::as("seen"))
        .count(Materialized::as("counts"))
        .toStream()
        .to("out");
  });
  to["punctuate_stream_time"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("pending")));
    b.stream<Text, Text>("in").process([] { return std::make_unique<Pending>(); }, {"pending"}).to("out");
  });
  to["range_scans_in_processor"] = drawn([](StreamsBuilder& b) {
    b.addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("kv")).withCachingEnabled());
    b.stream<Text, Text>("in").process([] { return std::make_unique<Scan>(); }, {"kv"}).to("out");
  });
  to["store_connected_by_supplier"] =
      drawn([](StreamsBuilder& b) { b.stream<Text, Text>("in").process(PutTwiceSupplier{}).to("out"); });
}

}  // namespace widgetstream::golden
