// KTable transformValues(): new values of rows, made with stores at hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// Counts in the store "calls" how often each key was transformed, and says so in the value.
class Numbered final : public ValueTransformerWithKey<Text, Text, Text> {
 public:
  void init(ProcessingContext& context) override { calls_ = &context.getStateStore<KeyValueStore<Text, Long>>("calls"); }
  std::optional<Text> transform(const Text& key, Nullable<Text> value) override {
    const Long call = calls_->get(key).value_or(0) + 1;
    calls_->put(key, call);
    return value ? std::optional{*value + "#" + std::to_string(call)} : std::nullopt;
  }

 private:
  KeyValueStore<Text, Long>* calls_ = nullptr;
};

StoreBuilder calls() {
  return keyValueStoreBuilder<Text, Long>(inMemoryKeyValueStore("calls"));
}

struct NumberedSupplier {
  std::unique_ptr<Numbered> operator()() const { return std::make_unique<Numbered>(); }
  std::vector<StoreBuilder> stores() const { return {calls()}; }
};

/// Tells what it sees of the record, and that it was closed.
class Witness final : public ValueTransformerWithKey<Text, Text, Text> {
 public:
  explicit Witness(int& closed) : closed_(&closed) {}
  void init(ProcessingContext& context) override { context_ = &context; }
  std::optional<Text> transform(const Text&, Nullable<Text> value) override {
    const RecordContext& at = context_->recordContext();
    return shown(value) + "@" + std::to_string(toMillis(at.timestamp())) + ":" + std::to_string(at.offset());
  }
  void close() override { ++*closed_; }

 private:
  ProcessingContext* context_ = nullptr;
  int* closed_;
};

TEST(TableTransformValues, TheTransformerUsesTheStoresThatAreNamed) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.addStateStore(calls());
    builder.table<Text, Text>("in")
        .transformValues([] { return std::make_unique<Numbered>(); }, {"calls"})
        .toStream()
        .to("out");
  })};
  run.in.pipe("a", "x");
  run.in.pipe("a", "y");
  run.in.pipe("b", "z");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x#1"), Pair("a", "y#2"), Pair("b", "z#1")));
}

TEST(TableTransformValues, TheTransformerSeesDeletedRows) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in").transformValues(NumberedSupplier{}).toStream().to("out");
  })};
  run.in.pipe("a", "x");
  run.in.pipe("a", null);
  run.in.pipe("a", "y");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x#1"), Pair("a", null), Pair("a", "y#3")));
}

TEST(TableTransformValues, ASupplierMayBringItsStores) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in").transformValues(NumberedSupplier{}, Named::as("numbered")).toStream().to("out");
  });
  EXPECT_TRUE(topology.graph().find("numbered")->isConnectedTo("calls"));
}

TEST(TableTransformValues, WithANameTheResultIsAStoreOfItsOwn) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
                 builder.table<Text, Text>("in")
                     .transformValues(NumberedSupplier{}, Materialized::as("numbered"))
                     .toStream()
                     .to("out");
               }),
               noCache()};
  run.in.pipe("a", "x");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("numbered")->get("a")), "x#1");
}

TEST(TableTransformValues, AnUnnamedMaterializedUsesUpNoNumber) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in")
        .transformValues(NumberedSupplier{}, Materialized::with(StringSerde{}, StringSerde{}))
        .toStream()
        .to("out");
  });
  EXPECT_THAT(nodeNames(topology), Contains("KTABLE-TRANSFORMVALUES-0000000003"));
}

TEST(TableTransformValues, OfATableThatKeepsNoRowsOldValuesAreTransformedAgain) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
                 builder.table<Text, Text>("in")
                     .transformValues(NumberedSupplier{})
                     .groupBy([](const Text& value) { return std::pair{Text{"all"}, value}; })
                     .reduce([](const Text& sum, const Text& value) { return sum + "+" + value; },
                             [](const Text& sum, const Text& value) { return sum + "-" + value; })
                     .toStream()
                     .to("out");
               }),
               noCache()};
  run.in.pipe("a", "x");
  run.in.pipe("a", "y");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("all", "x#1"), Pair("all", "x#1-x#4+y#3")))
      << "and null was, for the first row; so is it in Java";
}

TEST(TableTransformValues, ItsRowsCanBeLookedUpAndAreTransformedThen) {
  int closed = 0;
  {
    Joined run{[&](const auto& left, const auto& right) {
      right.leftJoin(left.transformValues([&] { return std::make_unique<Witness>(closed); }),
                     [](const Text& r, Nullable<Text> l) { return r + "+" + shown(l); })
          .toStream()
          .to("out");
    }};
    run.left.pipe(record("a", "l", 7));
    run.right.pipe(record("a", "r", 9));
    EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "r+l@7:-1"))) << "of a stored row the time alone is known";
    run.left.pipe(record("a", "l2", 11));
    EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "r+l2@11:1")));
  }
  EXPECT_EQ(closed, 2) << "one of the node, one of the join";
}

}  // namespace
}  // namespace widgetstream::dsl_test
