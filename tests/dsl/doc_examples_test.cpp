// The examples of docs/dsl.md, built and checked. Each region from `// doc` to `// end` stands there word for word.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/dsl/dsl_test.hpp"
#include "tests/support/doc_regions.hpp"

namespace {

using namespace widgetstream;

// doc
struct Order {
  std::string customer_id;
  std::string widget_id;
  std::int64_t quantity = 0;
};
// end

}  // namespace

// doc
template <>
struct widgetstream::Describe<Order> {
  static constexpr auto fields = describe(field("customerId", &Order::customer_id),
                                          field("widgetId", &Order::widget_id), field("quantity", &Order::quantity));
};
// end

namespace {

using namespace ::testing;

/// Each test draws one example and builds it.
class DocExamples : public Test {
 protected:
  void TearDown() override { EXPECT_NO_THROW(static_cast<void>(builder.build())); }

  StreamsBuilder builder;
  KStream<std::string, Order> orders = builder.stream<std::string, Order>("orders");
};

TEST_F(DocExamples, Sources) {
  // doc
  auto clicks = builder.stream<std::string, std::string>("clicks");
  auto both = builder.stream<std::string, std::string>({"web", "mobile"}, Consumed::as("visits"));
  auto widgets = builder.table<std::string, std::string>("widgets", Materialized::as("widgets-by-id"));
  // end
  clicks.merge(both).to("all");
  widgets.toStream().to("updates");
}

TEST_F(DocExamples, FunctionForms) {
  // doc
  orders.filter([](const Order& order) { return order.quantity > 0; }).to("by-value");
  orders.filter([](const std::string& key, const Order& order) { return key == order.customer_id; }).to("by-key");
  orders.filter([](Nullable<Order> order) { return !order; }).to("tombstones");
  orders.filter([](const Order&, const RecordContext& at) { return at.offset() % 100 == 0; }).to("samples");
  // end
}

TEST_F(DocExamples, Filter) {
  // doc
  auto large = orders.filter([](const Order& order) { return order.quantity >= 100; });
  auto small = orders.filterNot([](const Order& order) { return order.quantity >= 100; }, Named::as("small-orders"));
  // end
  large.merge(small).to("out");
}

TEST_F(DocExamples, Map) {
  // doc
  auto by_widget = orders.map([](const Order& order) { return std::pair{order.widget_id, order.quantity}; });
  // end
  by_widget.to("out");
}

TEST_F(DocExamples, MapValues) {
  // doc
  auto quantities = orders.mapValues(&Order::quantity);
  auto known = orders.mapValues([](const Order& order) -> std::optional<std::string> {
    if (order.widget_id.empty()) return std::nullopt;  // becomes a tombstone
    return order.widget_id;
  });
  // end
  quantities.to("quantities");
  known.to("known");
}

TEST_F(DocExamples, FlatMap) {
  // doc
  auto singles = orders.flatMapValues(
      [](const Order& order) { return std::vector(static_cast<std::size_t>(order.quantity), order.widget_id); });
  auto ends = orders.flatMap([](const Order& order) {
    return std::vector{std::pair{order.customer_id, "customer"}, std::pair{order.widget_id, "widget"}};
  });
  // end
  singles.to("singles");
  ends.to("ends");
}

TEST_F(DocExamples, SelectKey) {
  // doc
  auto by_customer = orders.selectKey(&Order::customer_id);
  // end
  by_customer.to("out");
}

TEST_F(DocExamples, Peek) {
  // doc
  auto seen = std::make_shared<std::int64_t>(0);
  orders.peek([seen](const Order&) { ++*seen; }).to("copied");
  orders.foreach ([](const Order& order, const RecordContext& at) {
    std::printf("%s ordered %s at offset %lld\n", order.customer_id.c_str(), order.widget_id.c_str(),
                static_cast<long long>(at.offset()));
  });
  // end
}

TEST_F(DocExamples, Merge) {
  // doc
  auto web = builder.stream<std::string, Order>("web-orders");
  orders.merge(web).to("all-orders");
  // end
}

TEST_F(DocExamples, Split) {
  // doc
  auto branches = orders.split(Named::as("size-"))
                      .branch([](const Order& order) { return order.quantity >= 100; }, Branched::as("large"))
                      .branch([](const Order& order) { return order.quantity <= 0; },
                              Branched::withConsumer([](const auto& odd) { odd.to("odd-orders"); }))
                      .defaultBranch(Branched::as("usual"));
  branches.at("size-large").to("large-orders");
  branches.at("size-usual").to("usual-orders");
  orders.split()
      .branch([](const Order& order) { return order.quantity == 13; },
              Branched::withConsumer([](const auto& unlucky) { unlucky.to("unlucky-orders"); }))
      .noDefaultBranch();
  // end
}

TEST_F(DocExamples, GroupAndCount) {
  // doc
  orders.groupBy(&Order::widget_id, Grouped::as("by-widget"))
      .count(Materialized::as("orders-per-widget"))
      .toStream()
      .to("widget-counts");
  // end
}

TEST_F(DocExamples, Reduce) {
  // doc
  auto largest = orders.groupByKey().reduce(
      [](const Order& so_far, const Order& next) { return next.quantity > so_far.quantity ? next : so_far; });
  // end
  largest.toStream().to("out");
}

TEST_F(DocExamples, Aggregate) {
  // doc
  auto sums = orders.groupByKey().aggregate([] { return std::int64_t{0}; },
                                            [](const Order& order, std::int64_t sum) { return sum + order.quantity; },
                                            Materialized::as("sums").withCachingDisabled());
  // end
  sums.toStream().to("out");
}

TEST_F(DocExamples, Materialize) {
  // doc
  orders.selectKey(&Order::customer_id).groupByKey().materialize("last-order-of-customer");
  // end
}

TEST_F(DocExamples, Repartition) {
  // doc
  orders.repartition(Repartitioned::as("spread").withNumberOfPartitions(12)).to("out");
  orders.map([](const Order& order) {
          return std::pair{order, order.quantity};
        })
      .repartition(Repartitioned::as("by-customer").partitionedBy(&Order::customer_id))
      .to("quantities");
  // end
}

TEST_F(DocExamples, ToTable) {
  // doc
  auto newest = orders.toTable(Materialized::as("newest"));
  auto open = newest.filter([](const Order& order) { return order.quantity > 0; });
  open.mapValues(&Order::quantity).toStream().to("open-quantities");
  // end
}

TEST_F(DocExamples, To) {
  // doc
  orders.to("all");
  orders.to([](const Order& order) { return "orders-of-" + order.customer_id; });
  orders.mapValues(&Order::widget_id).to("names", Produced::with(StringSerde{}, StringSerde{}).withName("names-out"));
  // end
}

// doc
class Deduplicate : public Processor<std::string, Order> {
 public:
  using Seen = KeyValueStore<std::string, std::int64_t>;

  void init(Context& context) override { seen_ = &context.getStateStore<Seen>("seen"); }
  void process(const Record<std::string, Order>& record) override {
    if (seen_->putIfAbsent(*record.key, 1)) return;
    context().forward(record);
  }

 private:
  Seen* seen_ = nullptr;
};
// end

TEST_F(DocExamples, Process) {
  // doc
  builder.addStateStore(keyValueStoreBuilder<std::string, std::int64_t>(persistentKeyValueStore("seen")));
  orders.process([] { return std::make_unique<Deduplicate>(); }, Named::as("deduplicate"), {"seen"}).to("first-orders");
  // end
}

TEST_F(DocExamples, SinkTo) {
  SinkSupplier<std::string, Order> warehouse{[](const SinkContext&, bool) { return std::unique_ptr<Sink>{}; }, true,
                                             "none"};
  // doc
  orders.sinkTo(warehouse);
  // end
}

TEST_F(DocExamples, Apply) {
  // doc
  const auto only_of = [](const std::string& customer) {
    return [customer](const auto& stream) {
      return stream.filter([customer](const Order& order) { return order.customer_id == customer; });
    };
  };
  orders.apply(only_of("Fred")).to("orders-of-fred");
  // end
}

TEST(DocDslMd, ShowsTheExamplesOfAllTheseFilesWordForWord) {
  std::vector<std::string> built;
  for (const auto& file : std::filesystem::directory_iterator{std::string{WIDGETSTREAM_TEST_DIR} + "/dsl"}) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with("doc_examples") || !name.ends_with(".cpp")) continue;
    const auto of_file = docRegions("dsl/" + name, "// doc", "// end");
    built.insert(built.end(), of_file.begin(), of_file.end());
  }
  EXPECT_THAT(docRegions("../docs/dsl.md", "```cpp", "```"), UnorderedElementsAreArray(built));
}

}  // namespace
