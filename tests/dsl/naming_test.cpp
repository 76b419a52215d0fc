// Names of nodes, stores and topics: Java's when none is given, and what is refused. Every operator's names are
// compared with Java's in tests/golden; here is what a user meets.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Texts passing(const Texts& in, const Named& name = {}) {
  return in.filter([](const Text&) { return true; }, name);
}

TEST(Naming, ANodeIsNamedAfterItsOperatorAndItsNumber) {
  EXPECT_THAT(nodeNames(texts([](const Texts& in) { passing(in).to("out"); })),
              ElementsAre("KSTREAM-SOURCE-0000000000", "KSTREAM-FILTER-0000000001", "KSTREAM-SINK-0000000002"));
}

TEST(Naming, ANameDoesNotChangeTheNumbersAfterIt) {
  EXPECT_THAT(nodeNames(texts([](const Texts& in) { passing(in, Named::as("all")).to("out"); })),
              ElementsAre("KSTREAM-SOURCE-0000000000", "all", "KSTREAM-SINK-0000000002"));
}

TEST(Naming, WhatKafkaDoesNotAllowIsRefusedWhereItIsGiven) {
  for (const Text& name :
       {Text{}, Text{"."}, Text{".."}, Text{"a b"}, Text{"a/b"}, Text{"J\xC3\xBCrgen"}, Text(250, 'x')}) {
    const auto hint = AllOf(HasSubstr("'" + name + "'"), HasSubstr("use letters, digits, '.', '_' and '-'"));
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Named::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Consumed::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Produced::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Grouped::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Repartitioned::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Materialized::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder&) { static_cast<void>(Branched::as(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder& builder) { static_cast<void>(builder.stream<Text, Text>(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder& builder) { static_cast<void>(builder.table<Text, Text>(name)); }), hint);
    EXPECT_THAT(refusal([&](StreamsBuilder& builder) { builder.stream<Text, Text>("in").to(name); }), hint);
  }
  EXPECT_NO_THROW(static_cast<void>(Named::as(Text(249, 'x'))));
}

TEST(Naming, TwoNodesOfOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto in = builder.stream<Text, Text>("in");
                passing(in, Named::as("same")).to("one");
                passing(in, Named::as("same")).to("two");
              }),
              AllOf(HasSubstr("node 'same'"), HasSubstr("give each node a name of its own")));
}

TEST(Naming, StreamsOfOneTopicShareItsSource) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>("in").to("one");
    builder.stream<Text, Text>("in").to("two");
  });
  EXPECT_THAT(nodeNames(topology),
              ElementsAre("KSTREAM-SOURCE-0000000000", "KSTREAM-SINK-0000000001", "KSTREAM-SINK-0000000003"));
}

TEST(Naming, StreamsOfOneTopicWithOtherTypesAreRefused) {
  EXPECT_THAT(
      refusal([](StreamsBuilder& builder) {
        builder.stream<Text, Text>("in").to("one");
        builder.stream<Text, Long>("in").to("two");
      }),
      AllOf(HasSubstr("topic 'in'"), HasSubstr("different key or value types"), HasSubstr("give both the same types")));
}

TEST(Naming, StreamsOfOneTopicThatBeginElsewhereAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in").to("one");
                builder.stream<Text, Text>("in", Consumed{}.withOffsetResetPolicy(AutoOffsetReset::latest)).to("two");
              }),
              AllOf(HasSubstr("topic 'in'"), HasSubstr("different offset reset policies")));
}

TEST(Naming, StreamsThatShareSomeOfTheirTopicsAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>({"a", "b"}).to("one");
                builder.stream<Text, Text>({"b", "c"}).to("two");
              }),
              AllOf(HasSubstr("topic 'b' is read by 'KSTREAM-SOURCE-0000000000'"), HasSubstr("all of their topics or none")));
}

TEST(Naming, AProgramWithoutSourcesIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder&) {}), AllOf(HasSubstr("is empty"), HasSubstr("stream() or table()")));
}

TEST(Naming, BuildingTwiceGivesTheSameTopology) {
  StreamsBuilder builder;
  builder.stream<Text, Text>("in").groupByKey().count(Materialized::as("counts")).toStream().to("out");
  const std::string first = builder.build().describe();
  EXPECT_EQ(builder.build().describe(), first);
}

}  // namespace
}  // namespace widgetstream::dsl_test
