// Bad input: what makes no sense is refused with the node and the remedy, what cannot be processed is told and counted.
// Refusals of one operator stand in the test of that operator.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

bool all(const Text&) {
  return true;
}

/// Forwards each record with a time of its own.
class Timing final : public Processor<Text, Text> {
 public:
  explicit Timing(Timestamp time) : time_(time) {}
  using Processor::process;
  void process(const Record<Text, Text>& record) override { context().forward(record.withTimestamp(time_)); }

 private:
  Timestamp time_;
};

TEST(BadInput, TwoOperatorsWithOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto in = builder.stream<Text, Text>("in");
                in.filter(all, Named::as("same")).to("out");
                in.peek([](const Text&) {}, Named::as("same")).to("out");
              }),
              AllOf(HasSubstr("node 'same' is there already"), HasSubstr("name of its own")));
}

TEST(BadInput, AnOperatorWithTheNameOfASourceIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in", Consumed::as("same")).filter(all, Named::as("same")).to("out");
              }),
              HasSubstr("node 'same' is there already"));
}

TEST(BadInput, TwoStoresWithOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto grouped = [&] { return builder.stream<Text, Text>("in").groupByKey(); };
                grouped().count(Materialized::as("rows")).toStream().to("out");
                grouped().count(Materialized::as("rows")).toStream().to("again");
              }),
              AllOf(HasSubstr("store 'rows'"), HasSubstr("name of its own")));
}

TEST(BadInput, NamesThatKafkaDoesNotAllowAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) { builder.stream<Text, Text>("in topic").to("out"); }),
              HasSubstr("topic 'in topic'"));
  EXPECT_THAT(refusal([](StreamsBuilder& builder) { builder.stream<Text, Text>("in").to(""); }), HasSubstr("is empty"));
  EXPECT_THAT(refusal([](StreamsBuilder&) { static_cast<void>(Named::as("a/b")); }), HasSubstr("name 'a/b'"));
  EXPECT_THAT(refusal([](StreamsBuilder&) { static_cast<void>(Grouped::as("..")); }), HasSubstr("'..'"));
  EXPECT_THAT(refusal([](StreamsBuilder&) { static_cast<void>(Materialized::as(Text(250, 'x'))); }),
              HasSubstr("250 characters"));
}

TEST(BadInput, AStreamWithoutTopicsIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>(std::vector<Text>{}, Consumed::as("none")).to("out");
              }),
              AllOf(HasSubstr("source 'none'"), HasSubstr("name at least one")));
}

TEST(BadInput, AnEmptyTopologyIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder&) {}), HasSubstr("the topology is empty"));
}

TEST(BadInput, RepartitionTopicsThatAreJoinedAndFixedAtDifferentCountsAreRefused) {
  Topology topology;
  topology.addInternalTopic({"left", 3}).addInternalTopic({"right", 4});
  topology.addSource<Text, Text>("l", {"left"}).addSource<Text, Text>("r", {"right"});
  topology.copartition({"l", "r"});
  try {
    topology.graph().validate();
    FAIL() << "it was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("left (3), right (4)"), HasSubstr("withNumberOfPartitions")));
  }
}

TEST(BadInput, AProcessorThatForwardsANegativeTimeIsToldAsItsRecordsError) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.process([] { return std::make_unique<Timing>(fromMillis(-7)); }, Named::as("timing")).to("out");
               }),
               watched.options};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_THAT(*watched.errors, ElementsAre(AllOf(HasSubstr("timing: "), HasSubstr("negative timestamp -7"))));
}

TEST(BadInput, ANegativeTimeInTheInputEndsTheTaskUnlessAnExtractorTakesCareOfIt) {
  const auto pipeInto = [](const auto& consumed) {
    Pipeline run{drawn([&](StreamsBuilder& builder) { builder.stream<Text, Text>("in", consumed).to("out"); })};
    run.driver.pipeRaw("in", Bytes{"a"}, Bytes{"1"}, fromMillis(-5));
    run.in.pipe("b", "2");
    return run.sent().size();
  };
  EXPECT_THROW(pipeInto(Consumed{}), Error);
  const auto skipping = [](const AnyRecord&, const RecordContext& at, Timestamp) { return at.timestamp(); };
  EXPECT_EQ(pipeInto(Consumed{}.withTimestampExtractor(skipping)), 1);
}

TEST(BadInput, ASupplierThatMakesNothingIsRefusedAtTheStart) {
  const Topology topology = texts([](const Texts& in) {
    in.process([] { return std::unique_ptr<Timing>{}; }, Named::as("nothing")).to("out");
  });
  try {
    const TopologyTestDriver driver{topology};
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'nothing'"), HasSubstr("returned null")));
  }
}

TEST(BadInput, AForwardToAChildThatIsNotThereEndsTheTask) {
  struct Lost : Processor<Text, Text> {
    using Processor::process;
    void process(const Record<Text, Text>& record) override { context().forward(record, "nowhere"); }
  };
  Pipeline run{texts([](const Texts& in) {
    in.process([] { return std::make_unique<Lost>(); }, Named::as("lost")).to("out", Produced::as("there"));
  })};
  try {
    run.in.pipe("a", "1");
    FAIL() << "it went on";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'lost' forwards to 'nowhere'"), HasSubstr("there")));
  }
}

}  // namespace
}  // namespace widgetstream::dsl_test
