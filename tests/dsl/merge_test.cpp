// merge(): the records of two streams in one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(Merge, InterleavesAsRecordsArrive) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>("in").merge(builder.stream<Text, Text>("other")).to("out");
  })};
  auto other = run.driver.input<Text, Text>("other");
  run.in.pipe(record("a", "1", 2, {{"trace", "7"}}));
  other.pipe(record("b", "2", 1));
  run.in.pipe("c", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", null)));
}

TEST(Merge, RemembersAChangedKeyOfEitherSide) {
  const auto draw = [](bool changed) {
    return drawn([changed](StreamsBuilder& builder) {
      auto left = builder.stream<Text, Text>("in");
      auto right = builder.stream<Text, Text>("other");
      if (changed) right = right.selectKey([](const Text& value) { return value; });
      static_cast<void>(left.merge(right).groupByKey().count());
    });
  };
  EXPECT_THAT(internalTopics(draw(true)), SizeIs(1));
  EXPECT_THAT(internalTopics(draw(false)), IsEmpty());
}

TEST(Merge, ForgetsTheSerdesForTheyMayDiffer) {
  struct Undescribed {};
  struct AnySerde {
    void encode(const Undescribed&, Bytes&) const {}
    [[nodiscard]] Undescribed decode(BytesView) const { return {}; }
  };
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto consumed = Consumed::with(StringSerde{}, AnySerde{});
                builder.stream<Text, Undescribed>("in", consumed)
                    .merge(builder.stream<Text, Undescribed>("other", consumed))
                    .to("out", Produced::as("end"));
              }),
              AllOf(HasSubstr("'end' needs a serde for"), HasSubstr("Undescribed"), HasSubstr("Produced")));
}

TEST(Merge, StreamsOfTwoBuildersAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                StreamsBuilder stranger;
                static_cast<void>(builder.stream<Text, Text>("in").merge(stranger.stream<Text, Text>("other")));
              }),
              HasSubstr("make both streams with the same builder"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
