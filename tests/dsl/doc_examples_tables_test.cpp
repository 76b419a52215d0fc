// The examples of docs/dsl.md on tables; see doc_examples_test.cpp.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace {

using namespace widgetstream;

// doc
struct Customer {
  std::string name;
  std::string country;
};
struct Line {
  std::string widget_id;
  std::int64_t quantity = 0;
};
// end

}  // namespace

template <>
struct widgetstream::Describe<Customer> {
  static constexpr auto fields = describe(field("name", &Customer::name), field("country", &Customer::country));
};
template <>
struct widgetstream::Describe<Line> {
  static constexpr auto fields = describe(field("widgetId", &Line::widget_id), field("quantity", &Line::quantity));
};

namespace {

using namespace ::testing;

/// Each test draws one example and runs it.
class DocExamplesOfTables : public Test {
 protected:
  TopologyTestDriver& driver() {
    if (!driver_) {
      TopologyTestDriverOptions options;
      options.cache_max_bytes = 0;
      driver_.emplace(builder.build(), options);
    }
    return *driver_;
  }
  template <class V>
  void put(const std::string& topic, const std::string& key, const V& value) {
    driver().input<std::string, V>(topic).pipe(key, value);
  }
  template <class V>
  std::map<std::string, std::optional<V>> rows(const std::string& topic) {
    return driver().output<std::string, V>(topic).readMap();
  }

  StreamsBuilder builder;

 private:
  std::optional<TopologyTestDriver> driver_;
};

TEST_F(DocExamplesOfTables, GroupBy) {
  // doc
  auto customers = builder.table<std::string, Customer>("customers");
  auto of_country = customers.groupBy([](const std::string& id, const Customer& customer) {
    return std::pair{customer.country, id};
  });
  of_country.count(Materialized::as("customers-of-country")).toStream().to("customers-of-country");
  of_country
      .aggregate([] { return std::string{}; },
                 [](const std::string& id, const std::string& ids) { return ids + id + " "; },
                 [](const std::string& id, std::string ids) { return ids.erase(ids.find(id + " "), id.size() + 1); })
      .toStream()
      .to("ids-of-country");
  // end
  put("customers", "1", Customer{"Fred", "NO"});
  put("customers", "2", Customer{"Wilma", "NO"});
  put("customers", "1", Customer{"Fred", "SE"});
  EXPECT_THAT(rows<std::int64_t>("customers-of-country"), ElementsAre(Pair("NO", 1), Pair("SE", 1)));
  EXPECT_THAT(rows<std::string>("ids-of-country"), ElementsAre(Pair("NO", "2 "), Pair("SE", "1 ")));
}

TEST_F(DocExamplesOfTables, Joins) {
  // doc
  auto prices = builder.table<std::string, double>("prices");
  auto stock = builder.table<std::string, std::int64_t>("stock");
  prices.join(stock, [](double price, std::int64_t pieces) { return price * static_cast<double>(pieces); },
              Materialized::as("worth"))
      .toStream()
      .to("worth");
  prices.leftJoin(stock, [](double, Nullable<std::int64_t> pieces) { return pieces ? "sold" : "announced"; })
      .toStream()
      .to("states");
  prices.outerJoin(stock, [](Nullable<double> price, Nullable<std::int64_t> pieces) {
          return price && pieces ? std::nullopt : std::optional<std::string>{price ? "no stock" : "no price"};
        })
      .toStream()
      .to("gaps");
  // end
  put("prices", "bolt", 0.5);
  put("stock", "bolt", std::int64_t{8});
  put("stock", "nut", std::int64_t{3});
  EXPECT_THAT(rows<double>("worth"), ElementsAre(Pair("bolt", 4.0)));
  EXPECT_THAT(rows<std::string>("states"), ElementsAre(Pair("bolt", "sold")));
  EXPECT_THAT(rows<std::string>("gaps"), ElementsAre(Pair("bolt", std::nullopt), Pair("nut", "no price")));
}

TEST_F(DocExamplesOfTables, ForeignKeyJoins) {
  // doc
  auto lines = builder.table<std::string, Line>("order-lines");
  auto names = builder.table<std::string, std::string>("widget-names");
  lines.join(names, &Line::widget_id,
             [](const Line& line, const std::string& name) { return std::to_string(line.quantity) + " " + name; },
             TableJoined::as("names-of-lines"))
      .toStream()
      .to("named-lines");
  lines.leftJoin(names,
                 [](const Line& line) {
                   return line.widget_id.empty() ? std::nullopt : std::optional{line.widget_id};
                 },
                 [](const Line&, Nullable<std::string> name) { return name.value_or("?"); })
      .toStream()
      .to("labels");
  // end
  put("order-lines", "1-1", Line{"w1", 5});
  put("order-lines", "1-2", Line{"", 2});
  put("widget-names", "w1", std::string{"bolt"});
  EXPECT_THAT(rows<std::string>("named-lines"), ElementsAre(Pair("1-1", "5 bolt")));
  EXPECT_THAT(rows<std::string>("labels"), ElementsAre(Pair("1-1", "bolt"), Pair("1-2", "?")));
}

// doc
class Smoothed : public ValueTransformerWithKey<std::string, double, double> {
 public:
  using Means = KeyValueStore<std::string, double>;

  void init(ProcessingContext& context) override { means_ = &context.getStateStore<Means>("means"); }
  std::optional<double> transform(const std::string& key, Nullable<double> value) override {
    if (!value) return std::nullopt;
    const double mean = (means_->get(key).value_or(*value) + *value) / 2;
    means_->put(key, mean);
    return mean;
  }

 private:
  Means* means_ = nullptr;
};
// end

TEST_F(DocExamplesOfTables, TransformValues) {
  // doc
  builder.addStateStore(keyValueStoreBuilder<std::string, double>(persistentKeyValueStore("means")));
  builder.table<std::string, double>("temperatures")
      .transformValues([] { return std::make_unique<Smoothed>(); }, Materialized::as("smoothed"), {"means"})
      .toStream()
      .to("smoothed");
  // end
  put("temperatures", "a", 10.0);
  put("temperatures", "a", 20.0);
  EXPECT_THAT(rows<double>("smoothed"), ElementsAre(Pair("a", 15.0)));
}

TEST_F(DocExamplesOfTables, Versioned) {
  // doc
  auto rates = builder.table<std::string, double>(
      "rates", Materialized::as(persistentVersionedKeyValueStore("rates", std::chrono::hours{24})));
  rates.filter([](double rate) { return rate > 0; }).toStream().to("usable-rates");
  // end
  put("rates", "NOK", 11.5);
  EXPECT_THAT(rows<double>("usable-rates"), ElementsAre(Pair("NOK", 11.5)));
}

}  // namespace
