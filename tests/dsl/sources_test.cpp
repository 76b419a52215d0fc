// Sources: what streams of equal, overlapping and matching topics become.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(Sources, StreamsOfTheSameTopicsShareOne) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>({"in", "more"}).to("out");
    builder.stream<Text, Text>({"more", "in"}).to("again");
  })};
  run.in.pipe("a", "1");
  run.driver.input<Text, Text>("more").pipe("b", "2");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(run.sent("again"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST(Sources, StreamsThatShareOnlySomeTopicsAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in", Consumed::as("one")).to("out");
                builder.stream<Text, Text>({"in", "more"}, Consumed::as("two")).to("again");
              }),
              AllOf(HasSubstr("topic 'in'"), HasSubstr("'one'"), HasSubstr("'two'"), HasSubstr("merge()")));
}

TEST(Sources, StreamsOfOneTopicAgreeOnWhereToBegin) {
  const auto draw = [](AutoOffsetReset first, AutoOffsetReset second) {
    return refusal([=](StreamsBuilder& builder) {
      builder.stream<Text, Text>("in", Consumed{}.withOffsetResetPolicy(first)).to("out");
      builder.stream<Text, Text>("in", Consumed{}.withOffsetResetPolicy(second)).to("again");
    });
  };
  EXPECT_EQ(draw(AutoOffsetReset::latest, AutoOffsetReset::latest), "");
  EXPECT_THAT(draw(AutoOffsetReset::latest, AutoOffsetReset::earliest),
              AllOf(HasSubstr("topic 'in'"), HasSubstr("offset reset policies")));
  EXPECT_THAT(draw(AutoOffsetReset::by_config, AutoOffsetReset::latest), HasSubstr("offset reset policies"));
}

TEST(Sources, AStreamAndATableOfOneTopicAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").to("out");
                builder.table<Text, Text>("in").toStream().to("again");
              }),
              AllOf(HasSubstr("topic 'in' is read by source"), HasSubstr("connect both to one source")));
}

TEST(Sources, APatternReadsEveryTopicThatMatches) {
  TopologyTestDriver driver{drawn(
      [](StreamsBuilder& builder) { builder.stream<Text, Text>(TopicPattern{"orders-.*"}).to("out"); })};
  driver.input<Text, Text>("orders-eu").pipe("a", "1");
  driver.input<Text, Text>("orders-us").pipe("b", "2");
  driver.input<Text, Text>("orders-eu").pipe("a", "3");
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()),
              ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("a", "3")));
  EXPECT_THROW((driver.input<Text, Text>("returns").pipe("a", "1")), Error);
}

TEST(Sources, ARecordOfAMatchingTopicTellsTheTopicItCameFrom) {
  TopologyTestDriver driver{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>(TopicPattern{"orders-.*"})
        .mapValues([](const Text&, const RecordContext& at) { return Text{at.topic()} + "@" + std::to_string(at.offset()); })
        .to("out");
  })};
  driver.input<Text, Text>("orders-eu").pipe("a", "1");
  driver.input<Text, Text>("orders-us").pipe("b", "2");
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()),
              ElementsAre(Pair("a", "orders-eu@0"), Pair("b", "orders-us@0")));
}

TEST(Sources, MatchingTopicsFillOneStoreAndSurviveARestart) {
  TopologyTestDriver driver{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>(TopicPattern{"orders-.*"}).groupByKey().count(Materialized::as("counts")).toStream().to("out");
  })};
  driver.input<Text, Text>("orders-eu").pipe("a", "1");
  driver.crashAndRestart();
  driver.input<Text, Text>("orders-us").pipe("a", "2");
  driver.input<Text, Text>("orders-eu").pipe("a", "3");
  EXPECT_EQ((driver.getKeyValueStore<Text, Long>("counts")->get("a")), 3);
}

TEST(Sources, StreamsOfOnePatternShareASource) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>(TopicPattern{"orders-.*"}).to("out");
    builder.stream<Text, Text>(TopicPattern{"orders-.*"}).to("again");
    builder.stream<Text, Text>(TopicPattern{"returns-.*"}).to("out");
  });
  EXPECT_THAT(nodeNames(topology),
              ElementsAre("KSTREAM-SOURCE-0000000000", "KSTREAM-SINK-0000000001", "KSTREAM-SINK-0000000003",
                          "KSTREAM-SOURCE-0000000004", "KSTREAM-SINK-0000000005"));
  EXPECT_THAT(topology.describe(), HasSubstr("(topics: orders-.*)"));
}

TEST(Sources, APatternThatMatchesATopicReadByAnotherSourceIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("orders-eu").to("out");
                builder.stream<Text, Text>(TopicPattern{"orders-.*"}, Consumed::as("all")).to("again");
              }),
              AllOf(HasSubstr("'orders-.*'"), HasSubstr("'all'"), HasSubstr("'orders-eu'"), HasSubstr("narrower")));
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>(TopicPattern{"orders-.*"}, Consumed::as("all")).to("again");
                builder.stream<Text, Text>("orders-eu").to("out");
              }),
              AllOf(HasSubstr("'orders-eu'"), HasSubstr("'all'"), HasSubstr("pattern 'orders-.*' matches it")));
}

TEST(Sources, TheTimeOfARecordMayComeFromItsValue) {
  TopologyTestDriver driver{drawn([](StreamsBuilder& builder) {
    const auto time = [](const Record<Text, Long>& record) { return fromMillis(*record.value); };
    builder.stream<Text, Long>("in", Consumed::as("source").withTimestampExtractor(time)).to("out");
  })};
  auto in = driver.input<Text, Long>("in");
  in.pipe("a", 7, fromMillis(1));
  in.pipe("a", -1, fromMillis(1));
  EXPECT_EQ((driver.output<Text, Long>("out").readRecord().timestamp), fromMillis(7));
  EXPECT_EQ(driver.droppedRecords(), 1U);
}

TEST(Sources, EachHasATimestampExtractorOfItsOwn) {
  TopologyTestDriver driver{drawn([](StreamsBuilder& builder) {
    builder.table<Text, Text>("in", Consumed{}.withTimestampExtractor(usePartitionTimeOnInvalidTimestamp()))
        .toStream()
        .to("out");
    builder.stream<Text, Text>("more", Consumed{}.withTimestampExtractor(logAndSkipOnInvalidTimestamp())).to("out");
  })};
  driver.input<Text, Text>("in").pipe("a", "1", fromMillis(5));
  driver.input<Text, Text>("in").pipe("a", "2", fromMillis(-2));
  driver.input<Text, Text>("more").pipe("a", "3", fromMillis(-2));
  auto out = driver.output<Text, Text>("out");
  EXPECT_EQ(out.readRecord().timestamp, fromMillis(5));
  EXPECT_EQ(out.readRecord().timestamp, fromMillis(5));
  EXPECT_TRUE(out.isEmpty());
  EXPECT_EQ(driver.droppedRecords(), 1U);
}

TEST(Sources, KeepEverythingThatWasSaidOfThem) {
  const auto how = Consumed::with(AutoOffsetReset::latest)
                       .withName("orders")
                       .withTimestampExtractor([](const Record<Text, Text>&) { return fromMillis(1); })
                       .withKeySerde(StringSerde{})
                       .withValueSerde(StringSerde{});
  const Topology topology =
      drawn([&](StreamsBuilder& builder) { builder.stream<Text, Text>("in", how).to("out"); });
  const GraphNode& source = *topology.graph().find("orders");
  EXPECT_EQ(source.offset_reset, AutoOffsetReset::latest);
  EXPECT_TRUE(source.timestamp_extractor);
}

TEST(Sources, APatternThatIsNoRegularExpressionIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder&) { static_cast<void>(TopicPattern{"orders-("}); }),
              HasSubstr("topic pattern 'orders-(' is no regular expression"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
