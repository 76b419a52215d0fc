// repartition(): through an internal topic, partitioned anew.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

struct OrderKey {
  Text customer_id;
  Long number = 0;
};
}  // namespace
}  // namespace widgetstream::dsl_test

template <>
struct widgetstream::Describe<widgetstream::dsl_test::OrderKey> {
  using OrderKey = widgetstream::dsl_test::OrderKey;
  static constexpr auto fields =
      describe(field("customerId", &OrderKey::customer_id), field("number", &OrderKey::number));
};

namespace widgetstream::dsl_test {
namespace {

/// The partition that the sink of a topology's repartition topic chooses.
template <class K>
PartitionChoice partitionOf(const Topology& topology, const std::string& sink, const K& key, std::int32_t partitions) {
  const Text value = "any";
  const Record<K, Text> record{Nullable<K>{key}, Nullable<Text>{value}, fromMillis(0)};
  return topology.graph().find(sink)->partitioner("topic", record.any(), partitions);
}

TEST(Repartition, PassesRecordsThroughItsTopicUnchanged) {
  Pipeline run{texts([](const Texts& in) { in.repartition(Repartitioned::as("spread")).to("out"); })};
  const auto input = record("a", "1", 9, {{"trace", "7"}});
  run.in.pipe(input);
  run.in.pipe("b", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("b", null)));
  EXPECT_THAT(run.records("test-spread-repartition"), Contains(input));
}

TEST(Repartition, RecordsWithoutKeyGoNoFurtherUncounted) {
  Pipeline run{texts([](const Texts& in) { in.repartition().to("out"); })};
  run.in.pipe(null, "1");
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(Repartition, IsDoneWhetherTheKeyChangedOrNot) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) { in.repartition().to("out"); })),
              ElementsAre("KSTREAM-REPARTITION-0000000001-repartition"));
}

TEST(Repartition, NothingAfterItNeedsAnother) {
  const Topology topology = texts([](const Texts& in) {
    static_cast<void>(in.selectKey([](const Text& value) { return value; })
                          .repartition(Repartitioned::as("by-value"))
                          .groupByKey()
                          .count());
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("by-value-repartition"));
}

TEST(Repartition, AsksForItsNumberOfPartitions) {
  const Topology topology =
      texts([](const Texts& in) { in.repartition(Repartitioned::numberOfPartitions(12).withName("wide")).to("out"); });
  EXPECT_EQ(topology.graph().internal_topics.at("wide-repartition").partitions, 12);
}

TEST(Repartition, ZeroPartitionsAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                static_cast<void>(
                    builder.stream<Text, Text>("in").repartition(Repartitioned::as("none").withNumberOfPartitions(0)));
              }),
              AllOf(HasSubstr("'none-repartition' wants 0 partitions"), HasSubstr("at least one")));
}

TEST(Repartition, TwoOfOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto in = builder.stream<Text, Text>("in");
                in.repartition(Repartitioned::as("same")).to("one");
                in.repartition(Repartitioned::as("same")).to("two");
              }),
              AllOf(HasSubstr("'same-repartition"), HasSubstr("give each node a name of its own")));
}

TEST(Repartition, PartitionedByHashesThatPartOfTheKeyAsAKeyOfItsOwn) {
  const Topology topology = texts([](const Texts& in) {
    in.map([](const Text& key, const Text& value) {
        return std::pair{OrderKey{key, 1}, value};
      })
        .repartition(Repartitioned::as("orders").partitionedBy(&OrderKey::customer_id))
        .to("out");
  });
  for (const char* customer : {"Fred", "Ann", "J\xC3\xBCrgen"}) {
    for (const Long number : {1, 2}) {
      const PartitionChoice choice = partitionOf(topology, "orders-repartition-sink", OrderKey{customer, number}, 31);
      EXPECT_EQ(choice.kind, PartitionChoice::Kind::one);
      EXPECT_EQ(choice.partition, partitionForKey(customer, 31));
    }
  }
}

TEST(Repartition, PartitionedByTakesAFunctionToo) {
  const Topology topology = texts([](const Texts& in) {
    in.repartition(Repartitioned::as("letters").partitionedBy([](const Text& key) { return key.substr(0, 1); }))
        .to("out");
  });
  EXPECT_EQ(partitionOf(topology, "letters-repartition-sink", Text{"bolt"}, 31).partition, partitionForKey("b", 31));
}

TEST(Repartition, APartitionerOfOnesOwnSeesTheWholeRecord) {
  const auto by_length = [](std::string_view, const Record<Text, Text>& record, std::int32_t partitions) {
    return PartitionChoice::one(static_cast<std::int32_t>(record.key->size() + record.value->size()) % partitions);
  };
  const Topology topology = texts([&](const Texts& in) {
    in.repartition(Repartitioned::as("lengths").withStreamPartitioner(by_length)).to("out");
  });
  EXPECT_EQ(partitionOf(topology, "lengths-repartition-sink", Text{"bolt"}, 5).partition, 2);
}

}  // namespace
}  // namespace widgetstream::dsl_test
