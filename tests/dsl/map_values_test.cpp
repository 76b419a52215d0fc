// mapValues(): a new value under the same key.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

struct Widget {
  Text name;
};
struct WidgetSerde {
  void encode(const Widget& widget, Bytes& out) const { out += "widget " + widget.name; }
  [[nodiscard]] Widget decode(BytesView bytes) const { return {Text{bytes.substr(7)}}; }
};
/// Text with its bytes marked, so that a test can tell which serde wrote it.
struct MarkedSerde {
  void encode(const Text& text, Bytes& out) const { out += "#" + text; }
  [[nodiscard]] Text decode(BytesView bytes) const { return Text{bytes.substr(1)}; }
};

TEST(MapValues, ChangesTheValueAndNothingElse) {
  Pipeline run{texts([](const Texts& in) {
    in.mapValues([](const Text& value) { return static_cast<Long>(value.size()); }).to("out");
  })};
  run.in.pipe(record("a", "bolt", 12, {{"trace", "7"}}));
  EXPECT_THAT(run.records<Long>(), ElementsAre(TestRecord<Text, Long>{"a", 4, fromMillis(12), {{"trace", "7"}}}));
}

TEST(MapValues, MaySeeTheKey) {
  Pipeline run{texts([](const Texts& in) {
    in.mapValues([](const Text& key, const Text& value) { return key + "=" + value; }).to("out");
  })};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "a=1")));
}

TEST(MapValues, AnEmptyOptionalIsATombstone) {
  Pipeline run{texts([](const Texts& in) {
    in.mapValues([](const Text& value) { return value == "-" ? std::nullopt : std::optional{value}; }).to("out");
  })};
  run.in.pipe("a", "-");
  run.in.pipe("a", "1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null), Pair("a", "1")));
}

TEST(MapValues, AFunctionOfNullableMapsTombstones) {
  Pipeline run{texts([](const Texts& in) {
    in.mapValues([](Nullable<Text> value) { return value ? "kept" : "deleted"; }).to("out");
  })};
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "deleted")));
}

TEST(MapValues, KeepsTheKeysSerdeAndForgetsTheValues) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>("in", Consumed::with(MarkedSerde{}, MarkedSerde{}))
        .mapValues([](const Text& value) { return value; })
        .to("out");
  })};
  run.driver.pipeRaw("in", "#a", "#1", fromMillis(0));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("#a", "1")));
}

TEST(MapValues, ATypeWithoutDefaultSerdeMayPassBetweenNodes) {
  Pipeline run{texts([](const Texts& in) {
    in.mapValues([](const Text& value) { return Widget{value}; })
        .mapValues([](const Widget& widget) { return widget.name + "!"; })
        .to("out");
  })};
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "bolt!")));
}

TEST(MapValues, ATypeWithoutDefaultSerdeLeavesWithTheOneOfProduced) {
  Pipeline run{texts([](const Texts& in) {
    in.mapValues([](const Text& value) { return Widget{value}; }).to("out", Produced::valueSerde(WidgetSerde{}));
  })};
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "widget bolt")));
}

TEST(MapValues, GroupingAfterItDoesNotRepartition) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.mapValues([](const Text& value) { return value; }).groupByKey().count());
              })),
              IsEmpty());
}

}  // namespace
}  // namespace widgetstream::dsl_test
