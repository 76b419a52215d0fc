// processValues(): a step of one's own that keeps the key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

using Store = KeyValueStore<Text, Long>;

/// Numbers the values of each key, in the store "numbers"; two for each record.
class Numbering : public FixedKeyProcessor<Text, Text, Long> {
 public:
  using FixedKeyProcessor::init;
  using FixedKeyProcessor::process;
  void init(Context& context) override { numbers_ = &context.getStateStore<Store>("numbers"); }
  void process(const FixedKeyRecord<Text, Text>& record) override {
    for (int i = 0; i < 2; ++i) {
      const Long number = numbers_->get(*record.key()).value_or(0) + 1;
      numbers_->put(*record.key(), number);
      context().forward(record.withValue(number));
    }
  }

 private:
  Store* numbers_ = nullptr;
};
std::unique_ptr<Numbering> numbering() {
  return std::make_unique<Numbering>();
}
StoreBuilder numbers() {
  return keyValueStoreBuilder<Text, Long>(inMemoryKeyValueStore("numbers"));
}
/// Brings its store along.
struct NumberingWithStore {
  [[nodiscard]] std::unique_ptr<Numbering> operator()() const { return numbering(); }
  [[nodiscard]] std::vector<StoreBuilder> stores() const { return {numbers()}; }
};

class Changing : public FixedKeyProcessor<Text, Text> {
 public:
  using FixedKeyProcessor::process;
  void process(const FixedKeyRecord<Text, Text>& record) override {
    const Headers headers{{"length", Bytes(1, static_cast<char>(record.value()->size()))}};
    context().forward(record.withTimestamp(record.timestamp() + Milliseconds{5}).withHeaders(headers));
    context().forward(record.withValue(Nullable<Text>{}));
  }
};

TEST(ProcessValues, ForwardsAnyNumberOfValuesUnderTheKey) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.addStateStore(numbers());
    builder.stream<Text, Text>("in").processValues(numbering, {"numbers"}).to("out");
  })};
  run.in.pipe("a", "x");
  run.in.pipe("b", "x");
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent<Long>(),
              ElementsAre(Pair("a", 1), Pair("a", 2), Pair("b", 1), Pair("b", 2), Pair("a", 3), Pair("a", 4)));
}

TEST(ProcessValues, MayChangeTimeAndHeadersAndForwardNull) {
  Pipeline run{texts([](const Texts& in) {
    in.processValues([] { return std::make_unique<Changing>(); }).to("out");
  })};
  run.in.pipe(record("a", "xyz", 7, {{"trace", "1"}}));
  const auto sent = run.records();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0], record("a", "xyz", 12, {{"length", "\x03"}}));
  EXPECT_EQ(sent[1].value, null);
  EXPECT_EQ(sent[1].timestamp, fromMillis(7));
}

TEST(ProcessValues, KeepsTheKeySoThatNoRepartitionFollows) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.processValues(NumberingWithStore{}).groupByKey().count());
              })),
              IsEmpty());
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.selectKey([](const Text& v) { return v; })
                                      .processValues(NumberingWithStore{})
                                      .groupByKey()
                                      .count());
              })),
              SizeIs(1));
}

TEST(ProcessValues, AForwardToANamedChildReachesItAlone) {
  struct ToOne : FixedKeyProcessor<Text, Text> {
    using FixedKeyProcessor::process;
    void process(const FixedKeyRecord<Text, Text>& record) override { context().forward(record, *record.value()); }
  };
  Pipeline run{texts([](const Texts& in) {
    const Texts processed = in.processValues([] { return std::make_unique<ToOne>(); });
    processed.to("out", Produced::as("first"));
    processed.to("other", Produced::as("second"));
  })};
  run.in.pipe("a", "first");
  run.in.pipe("b", "second");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "first")));
  EXPECT_THAT(run.sent("other"), ElementsAre(Pair("b", "second")));
}

TEST(ProcessValues, ANameSavesTheNumberThatAGeneratedOneTakes) {
  const auto names = [](Named name) {
    return nodeNames(texts([&](const Texts& in) { in.processValues(NumberingWithStore{}, name).to("out"); }));
  };
  EXPECT_THAT(names({}), ElementsAre(_, "KSTREAM-PROCESSVALUES-0000000001", "KSTREAM-SINK-0000000002"));
  EXPECT_THAT(names(Named::as("numbering")), ElementsAre(_, "numbering", "KSTREAM-SINK-0000000001"));
}

TEST(ProcessValues, AStoreThatIsNotThereIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").processValues(numbering, Named::as("number"), {"numbers"}).to("out");
              }),
              AllOf(HasSubstr("'number' wants store 'numbers'"), HasSubstr("addStateStore")));
}

TEST(ProcessValues, WhatItThrowsIsToldWithItsNode) {
  struct Failing : FixedKeyProcessor<Text, Text> {
    using FixedKeyProcessor::process;
    void process(const FixedKeyRecord<Text, Text>&) override { throw std::runtime_error{"no such widget"}; }
  };
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.processValues([] { return std::make_unique<Failing>(); }, Named::as("look-up")).to("out");
               }),
               watched.options};
  run.in.pipe("a", "1");
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("look-up: no such widget")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
