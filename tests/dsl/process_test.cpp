// process(): a step of one's own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

using Store = TimestampedKeyValueStore<Text, Long>;

/// Numbers the values of each key, in the store "numbers".
class Numbering : public Processor<Text, Text, Text, Long> {
 public:
  using Processor::init;
  using Processor::process;
  void init(Context& context) override { numbers_ = &context.getStateStore<Store>("numbers"); }
  void process(const Record<Text, Text>& record) override {
    const auto last = numbers_->get(*record.key);
    const Long number = last ? last->value + 1 : 1;
    numbers_->put(*record.key, {number, record.timestamp});
    context().forward(record.withValue(number));
  }

 private:
  Store* numbers_ = nullptr;
};
std::unique_ptr<Numbering> numbering() {
  return std::make_unique<Numbering>();
}
StoreBuilder numbers() {
  return timestampedKeyValueStoreBuilder<Text, Long>(inMemoryKeyValueStore("numbers"), defaultSerde<Text>(),
                                                     defaultSerde<Long>());
}
/// Brings its store along.
struct NumberingWithStore {
  [[nodiscard]] std::unique_ptr<Numbering> operator()() const { return numbering(); }
  [[nodiscard]] std::vector<StoreBuilder> stores() const { return {numbers()}; }
};

TEST(Process, ForwardsWhatItLikesFromItsStore) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.addStateStore(numbers());
    builder.stream<Text, Text>("in").process(numbering, {"numbers"}).to("out");
  })};
  run.in.pipe(record("a", "x", 3, {{"trace", "7"}}));
  run.in.pipe("b", "x");
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("b", 1), Pair("a", 2)));
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Long>("numbers")->get("a")), 2);
}

TEST(Process, ASupplierMayBringItsStoresAlongAlsoSharedOnes) {
  Pipeline run{texts([](const Texts& in) {
    in.process(NumberingWithStore{}).to("out");
    in.process(NumberingWithStore{}).to("again");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1)));
  EXPECT_THAT(run.sent<Long>("again"), ElementsAre(Pair("a", 2)));
}

TEST(Process, MayHaveChangedTheKey) {
  EXPECT_THAT(internalTopics(texts(
                  [](const Texts& in) { static_cast<void>(in.process(NumberingWithStore{}).groupByKey().count()); })),
              SizeIs(1));
}

TEST(Process, AStoreThatIsNotThereIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").process(numbering, Named::as("number"), {"numbers"}).to("out");
              }),
              AllOf(HasSubstr("'number' wants store 'numbers'"), HasSubstr("addStateStore")));
}

TEST(Process, AStoreThatIsNotConnectedIsRefusedAtTheStart) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.addStateStore(numbers());
    builder.stream<Text, Text>("in").process(numbering, Named::as("number")).to("out");
  });
  try {
    const TopologyTestDriver driver{topology};
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("processor 'number' asks for store 'numbers'"), HasSubstr("process()")));
  }
}

TEST(Process, TwoStoresOfOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.addStateStore(numbers());
                builder.addStateStore(numbers());
              }),
              AllOf(HasSubstr("store 'numbers'"), HasSubstr("give each store a name of its own")));
}

TEST(Process, WhatItThrowsIsToldWithItsNode) {
  struct Failing : Processor<Text, Text> {
    using Processor::process;
    void process(const Record<Text, Text>&) override { throw std::runtime_error{"no such widget"}; }
  };
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.process([] { return std::make_unique<Failing>(); }, Named::as("look-up")).to("out");
               }),
               watched.options};
  run.in.pipe("a", "1");
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("look-up: no such widget")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
