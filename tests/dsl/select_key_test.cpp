// selectKey(): a new key over the same value.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(SelectKey, ChangesTheKeyAndNothingElse) {
  Pipeline run{texts([](const Texts& in) {
    in.selectKey([](const Text& value) { return static_cast<Long>(value.size()); }).to("out");
  })};
  run.in.pipe(record("a", "bolt", 5, {{"trace", "7"}}));
  const auto sent = run.records<Text, Long>();
  EXPECT_THAT(sent, ElementsAre(TestRecord<Long, Text>{4, "bolt", fromMillis(5), {{"trace", "7"}}}));
}

TEST(SelectKey, AnEmptyOptionalIsNoKey) {
  Pipeline run{texts([](const Texts& in) {
    in.selectKey([](const Text& value) { return value.empty() ? std::nullopt : std::optional{value}; }).to("out");
  })};
  run.in.pipe("a", "");
  EXPECT_THAT(run.sent(), ElementsAre(Pair(null, "")));
}

TEST(SelectKey, PassesATombstoneOnWhenOnlyTheKeyIsAskedFor) {
  Pipeline run{texts(
      [](const Texts& in) { in.selectKey([](const Text& key, Nullable<Text>) { return key + key; }).to("out"); })};
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("aa", null)));
}

TEST(SelectKey, KeepsTheValuesSerde) {
  struct LoudSerde {
    void encode(const Text& text, Bytes& out) const { out += text + "!"; }
    [[nodiscard]] Text decode(BytesView bytes) const { return Text{bytes}; }
  };
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>("in", Consumed::with(StringSerde{}, LoudSerde{}))
        .selectKey([](const Text& value) { return value; })
        .to("out");
  })};
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("bolt", "bolt!")));
}

TEST(SelectKey, RepartitionsWhenSomethingGroups) {
  const auto draw = [](bool grouped) {
    return texts([grouped](const Texts& in) {
      auto keyed = in.selectKey([](const Text& value) { return value; });
      if (grouped) {
        static_cast<void>(keyed.groupByKey().count());
      } else {
        keyed.to("out");
      }
    });
  };
  EXPECT_THAT(internalTopics(draw(true)), ElementsAre("KSTREAM-AGGREGATE-STATE-STORE-0000000002-repartition"));
  EXPECT_THAT(internalTopics(draw(false)), IsEmpty());
}

}  // namespace
}  // namespace widgetstream::dsl_test
