// ProcessorWrapper: something between a topology and each of its processors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

using Notes = std::vector<Text>;

class Noting final : public WrappingProcessor {
 public:
  Noting(Text name, Notes& notes, std::unique_ptr<AnyProcessor> wrapped)
      : WrappingProcessor(std::move(wrapped)), name_(std::move(name)), notes_(notes) {}
  void init(AnyProcessorContext& context) override {
    notes_.push_back("init " + name_);
    WrappingProcessor::init(context);
  }
  void process(const AnyRecord& record) override {
    notes_.push_back("process " + name_);
    WrappingProcessor::process(record);
  }
  void close() override {
    notes_.push_back("close " + name_);
    WrappingProcessor::close();
  }

 private:
  Text name_;
  Notes& notes_;
};

class NotingWrapper : public ProcessorWrapper {
 public:
  WrappedProcessorSupplier wrapProcessorSupplier(const Text& name, AnyProcessorSupplier supplier) override {
    wrapped.push_back(name);
    return {[this, name, supplier] { return std::make_unique<Noting>(name, notes, supplier()); }};
  }
  WrappedProcessorSupplier wrapFixedKeyProcessorSupplier(const Text& name, AnyProcessorSupplier supplier) override {
    fixed.push_back(name);
    return {supplier};
  }

  Notes wrapped;
  Notes fixed;
  Notes notes;
};

class Same final : public FixedKeyProcessor<Text, Text> {
 public:
  using FixedKeyProcessor::process;
  void process(const FixedKeyRecord<Text, Text>& record) override { context().forward(record); }
};

class WrappedBuilder : public Test {
 protected:
  std::shared_ptr<NotingWrapper> wrapper = std::make_shared<NotingWrapper>();
  StreamsBuilder builder{configWith(wrapper)};

  static TopologyConfig configWith(std::shared_ptr<ProcessorWrapper> with) {
    TopologyConfig config;
    config.processor_wrapper = std::move(with);
    return config;
  }
};

TEST_F(WrappedBuilder, WrapsOperatorsAndProcessorsEachOnce) {
  builder.stream<Text, Text>("in")
      .filter([](const Text&) { return true; }, Named::as("kept"))
      .processValues([] { return std::make_unique<Same>(); }, Named::as("same"))
      .groupByKey()
      .count(Named::as("counted"), Materialized::as("counts"))
      .toStream(Named::as("stream"))
      .to("out");
  static_cast<void>(builder.build());
  EXPECT_THAT(wrapper->wrapped, ElementsAre("kept", "counted", "stream"));
  EXPECT_THAT(wrapper->fixed, ElementsAre("same"));
}

TEST_F(WrappedBuilder, TheWrappedProcessorsWorkAsBefore) {
  builder.stream<Text, Text>("in").filter([](const Text& v) { return v != "no"; }, Named::as("kept")).to("out");
  {
    Pipeline run{builder.build()};
    run.in.pipe("a", "yes");
    run.in.pipe("a", "no");
    EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "yes")));
  }
  EXPECT_THAT(wrapper->notes, ElementsAre("init kept", "process kept", "process kept", "close kept"));
}

TEST_F(WrappedBuilder, WrapsProcessorsOfGlobalStores) {
  static_cast<void>(builder.globalTable<Text, Text>("names", Consumed::as("names")));
  builder.stream<Text, Text>("in").to("out");
  Pipeline run{builder.build()};
  run.driver.input<Text, Text>("names").pipe("a", "Ann");
  EXPECT_THAT(wrapper->notes, ElementsAre("init names", "process names"));
}

TEST(ProcessorWrapping, MayBringStoresAlong) {
  struct WithStore : ProcessorWrapper {
    WrappedProcessorSupplier wrapProcessorSupplier(const Text&, AnyProcessorSupplier supplier) override {
      return {std::move(supplier), {keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("extra"))}};
    }
  };
  TopologyConfig config;
  config.processor_wrapper = std::make_shared<WithStore>();
  StreamsBuilder builder{config};
  builder.stream<Text, Text>("in").filter([](const Text&) { return true; }, Named::as("kept")).to("out");
  const Topology topology = builder.build();
  EXPECT_TRUE(topology.graph().stores.contains("extra"));
  EXPECT_TRUE(topology.graph().find("kept")->isConnectedTo("extra"));
}

TEST(ProcessorWrapping, AWrapperThatReturnsNothingIsRefused) {
  struct Empty : ProcessorWrapper {
    WrappedProcessorSupplier wrapProcessorSupplier(const Text&, AnyProcessorSupplier) override { return {}; }
  };
  TopologyConfig config;
  config.processor_wrapper = std::make_shared<Empty>();
  Topology topology{config};
  topology.addSource<Text, Text>("source", {"in"});
  EXPECT_THROW((topology.addProcessor<Text, Text, Text>("same", [] { return std::make_unique<Same>(); }, {"source"}),
                topology.add(detail::processorNode<Text, Text, Text, Text>("other", detail::makePassThrough, {"source"}))),
               Error);
}

}  // namespace
}  // namespace widgetstream::dsl_test
