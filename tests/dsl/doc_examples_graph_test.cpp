// The examples of docs/dsl.md on sources, global stores, processors and rewrites; see doc_examples_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/dsl/dsl_test.hpp"

namespace {

using namespace widgetstream;

struct Order {
  std::string customer_id;
  std::string widget_id;
  std::int64_t quantity = 0;
};

}  // namespace

template <>
struct widgetstream::Describe<Order> {
  static constexpr auto fields = describe(field("customerId", &Order::customer_id),
                                          field("widgetId", &Order::widget_id), field("quantity", &Order::quantity));
};

namespace {

using namespace ::testing;

class DocExamplesOfGraphs : public Test {
 protected:
  TopologyTestDriver& driver() {
    if (!driver_) driver_.emplace(builder.build());
    return *driver_;
  }
  void pipe(const std::string& topic, const std::string& key, const Order& order) {
    driver().input<std::string, Order>(topic).pipe(key, order);
  }

  StreamsBuilder builder;
  KStream<std::string, Order> orders = builder.stream<std::string, Order>("orders");

 private:
  std::optional<TopologyTestDriver> driver_;
};

TEST_F(DocExamplesOfGraphs, WhereAndWhenASourceBegins) {
  // doc
  const auto when = [](const Record<std::string, std::int64_t>& login) { return fromMillis(*login.value); };
  auto logins = builder.stream<std::string, std::int64_t>(
      "logins", Consumed::with(AutoOffsetReset::byDuration(std::chrono::hours{24})).withTimestampExtractor(when));
  // end
  logins.to("out");
  driver().input<std::string, std::int64_t>("logins").pipe("fred", 17);
  EXPECT_EQ((driver().output<std::string, std::int64_t>("out").readRecord().timestamp), fromMillis(17));
}

// doc
class AddName : public FixedKeyProcessor<std::string, Order, std::string> {
 public:
  using Names = ReadOnlyTimestampedKeyValueStore<std::string, std::string>;

  void init(Context& context) override { names_ = &context.getStateStore<Names>("names-by-id"); }
  void process(const FixedKeyRecord<std::string, Order>& record) override {
    const auto name = names_->get(record.value()->customer_id);
    if (name) context().forward(record.withValue(name->value));
  }

 private:
  Names* names_ = nullptr;
};
// end

class KeepBigOrders : public Processor<std::string, Order> {
 public:
  void process(const Record<std::string, Order>& record) override {
    if (record.value->quantity < 100) return;
    context().getStateStore<KeyValueStore<std::string, Order>>("big-orders").put(*record.key, *record.value);
  }
};

// doc
class Hourly : public Processor<std::string, Order> {
 public:
  void init(Context& context) override {
    context.schedule(fromMillis(0), std::chrono::hours{1}, PunctuationType::wall_clock_time,
                     [this](Timestamp hour) { tell(hour); });
  }
  void process(const Record<std::string, Order>& record) override { quantity_ += record.value->quantity; }

 private:
  void tell(Timestamp hour) {
    const std::string key = "everybody";
    const Order sum{key, "any", std::exchange(quantity_, 0)};
    context().forward({Nullable<std::string>{key}, Nullable<Order>{sum}, hour});
  }

  std::int64_t quantity_ = 0;
};
// end

TEST_F(DocExamplesOfGraphs, Pattern) {
  // doc
  builder.stream<std::string, Order>(TopicPattern{"orders-[a-z]+"}).to("all-orders");
  // end
  pipe("orders-eu", "k", {"fred", "w", 1});
  EXPECT_EQ((driver().output<std::string, Order>("all-orders").readAll().size()), 1);
}

TEST_F(DocExamplesOfGraphs, GlobalTableAndProcessValues) {
  // doc
  auto names = builder.globalTable<std::string, std::string>("names", Materialized::as("names-by-id"));
  // end
  // doc
  orders.processValues([] { return std::make_unique<AddName>(); }).groupByKey().count().toStream().to("named-orders");
  // end
  EXPECT_EQ(names.queryableStoreName(), "names-by-id");
  driver().input<std::string, std::string>("names").pipe("fred", "Fred Flintstone");
  pipe("orders", "k", {"fred", "w", 1});
  pipe("orders", "k", {"nobody", "w", 1});
  EXPECT_THAT((driver().output<std::string, std::int64_t>("named-orders").readAll()), ElementsAre(Pair("k", 1)));
}

TEST_F(DocExamplesOfGraphs, GlobalStore) {
  // doc
  builder.addGlobalStore<std::string, Order>(
      keyValueStoreBuilder<std::string, Order>(inMemoryKeyValueStore("big-orders")), "archive",
      [] { return std::make_unique<KeepBigOrders>(); });
  // end
  pipe("archive", "small", {"fred", "w", 1});
  pipe("archive", "big", {"fred", "w", 500});
  const auto store = driver().getKeyValueStore<std::string, Order>("big-orders");
  EXPECT_FALSE(store->get("small"));
  EXPECT_EQ(store->get("big")->quantity, 500);
}

TEST_F(DocExamplesOfGraphs, Print) {
  const std::string file = (std::filesystem::temp_directory_path() / "widgetstream-doc-print").string();
  auto names = builder.stream<std::string, std::string>("names");
  // doc
  names.print(Printed::toSysOut());
  orders.print(Printed::toFile(file).withLabel("orders").withKeyValueMapper(
      [](const std::string& key, const Order& order) { return key + ": " + std::to_string(order.quantity); }));
  // end
  pipe("orders", "k", {"fred", "w", 1});
  EXPECT_EQ(std::filesystem::file_size(file), std::string{"[orders]: k: 1\n"}.size());
  std::filesystem::remove(file);
}

TEST_F(DocExamplesOfGraphs, Partitioner) {
  // doc
  const auto choose = [](std::string_view, const Record<std::string, Order>& order, std::int32_t partitions) {
    if (!order.value) return PartitionChoice::none();
    if (order.value->quantity > 1000) return PartitionChoice::several({0, partitions - 1});
    return PartitionChoice::byKey();
  };
  orders.to("spread", Produced{}.withStreamPartitioner(choose));
  // end
  driver().input<std::string, Order>("orders").pipe("gone", std::nullopt);
  pipe("orders", "k", {"fred", "w", 1});
  EXPECT_EQ((driver().output<std::string, Order>("spread").readAll().size()), 1);
  EXPECT_EQ(driver().droppedRecords(), 1);
}

TEST_F(DocExamplesOfGraphs, Punctuation) {
  orders.process([] { return std::make_unique<Hourly>(); }).to("hours");
  driver().advanceWallClockTime(std::chrono::minutes{90});
  pipe("orders", "k", {"fred", "w", 5});
  driver().advanceWallClockTime(std::chrono::hours{1});
  const auto told = driver().output<std::string, Order>("hours").readAll();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().second->quantity, 5);
}

class CountingProcessor : public WrappingProcessor {
 public:
  CountingProcessor(std::string name, std::unique_ptr<AnyProcessor> wrapped)
      : WrappingProcessor(std::move(wrapped)), name_(std::move(name)) {}
  void process(const AnyRecord& record) override {
    ++counts[name_];
    WrappingProcessor::process(record);
  }

  static inline std::map<std::string, int> counts;

 private:
  std::string name_;
};

// doc
class Counting : public ProcessorWrapper {
 public:
  WrappedProcessorSupplier wrapProcessorSupplier(const std::string& processor, AnyProcessorSupplier supplier) override {
    return {[processor, supplier] { return std::make_unique<CountingProcessor>(processor, supplier()); }};
  }
};
// end

TEST_F(DocExamplesOfGraphs, Wrapper) {
  // doc
  TopologyConfig config;
  config.processor_wrapper = std::make_shared<Counting>();
  StreamsBuilder wrapped{config};
  // end
  wrapped.stream<std::string, std::string>("in").filter([](const std::string&) { return true; }).to("out");
  TopologyTestDriver run{wrapped.build()};
  run.input<std::string, std::string>("in").pipe("k", "v");
  EXPECT_THAT(CountingProcessor::counts, ElementsAre(Pair("KSTREAM-FILTER-0000000001", 1)));
}

TEST_F(DocExamplesOfGraphs, Optimization) {
  orders.to("out");
  // doc
  auto topology = builder.build(TopologyOptimization::all());
  auto some = builder.build(TopologyOptimization::parse("merge.repartition.topics,single.store.self.join"));
  // end
  EXPECT_EQ(topology.describe(), some.describe());
}

}  // namespace
