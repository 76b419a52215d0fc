// to(): writes to a topic, one or whichever a function names.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

struct Undescribed {};

TEST(To, WritesKeyValueTimestampAndHeaders) {
  Pipeline run{texts([](const Texts& in) { in.to("out"); })};
  const auto input = record("a", "1", 9, {{"trace", "7"}, {"trace", "8"}});
  run.in.pipe(input);
  EXPECT_THAT(run.records(), ElementsAre(input));
}

TEST(To, WritesNullsAsNulls) {
  Pipeline run{texts([](const Texts& in) { in.to("out"); })};
  run.in.pipe("a", null);
  run.in.pipe(null, "1");
  run.in.pipe("", "");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null), Pair(null, "1"), Pair("", "")));
}

TEST(To, AFunctionNamesTheTopicOfEachRecord) {
  Pipeline run{texts([](const Texts& in) {
    in.to([](const Text& key, const Text&, const RecordContext& at) { return Text{at.topic()} + "-" + key; });
  })};
  run.in.pipe("a", "1");
  run.in.pipe("b", "2");
  EXPECT_THAT(run.sent("in-a"), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(run.sent("in-b"), ElementsAre(Pair("b", "2")));
}

TEST(To, ProducedSaysHowAndNamesTheNode) {
  const Topology topology = texts([](const Texts& in) {
    in.to("out", Produced::as("end").withStreamPartitioner([](std::string_view, const Record<Text, Text>&,
                                                              std::int32_t) { return PartitionChoice::one(3); }));
  });
  const GraphNode* sink = topology.graph().find("end");
  ASSERT_NE(sink, nullptr);
  EXPECT_EQ(sink->topic, "out");
  EXPECT_EQ(sink->partitioner("out", {}, 5).partition, 3);
}

TEST(To, AStreamMayLeaveMoreThanOnce) {
  Pipeline run{texts([](const Texts& in) {
    in.to("first");
    in.to("second");
  })};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.sent("first"), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(run.sent("second"), ElementsAre(Pair("a", "1")));
}

TEST(To, ATopicThatKafkaDoesNotAllowIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) { builder.stream<Text, Text>("in").to("out/1"); }),
              AllOf(HasSubstr("topic 'out/1'"), HasSubstr("use letters, digits")));
}

/// A serde of the one type here that has none by default.
struct UndescribedSerde {
  void encode(const Undescribed&, Bytes& out) const { out += "undescribed"; }
  [[nodiscard]] Undescribed decode(BytesView) const { return {}; }
};

TEST(To, TheStreamsOwnSerdesAreUsedWhereTheyAreKnown) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Undescribed>("in", Consumed::with(StringSerde{}, UndescribedSerde{}))
        .filter([](const Undescribed&) { return true; })
        .to("out");
  })};
  run.in.pipe("a", "whatever");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "undescribed")));
}

TEST(To, ATypeWithoutSerdeIsRefusedByNodeAndType) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").mapValues([](const Text&) { return Undescribed{}; }).to("out");
              }),
              AllOf(HasSubstr("needs a serde for"), HasSubstr("Undescribed")));
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in")
                    .mapValues([](const Text&) { return Undescribed{}; })
                    .to("out", Produced::as("end"));
              }),
              AllOf(HasSubstr("'end' needs a serde for"), HasSubstr("Undescribed"), HasSubstr("name a serde")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
