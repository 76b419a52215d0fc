// materialize(): the newest value of each key, in a store of the name given.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(Materialize, KeepsTheNewestValueOfEachKey) {
  Pipeline run{texts([](const Texts& in) { in.groupByKey().materialize("newest"); })};
  run.in.pipe(record("a", "1", 100));
  run.in.pipe(record("b", "2", 100));
  run.in.pipe(record("a", "3", 50));
  const auto& newest = run.driver.getTimestampedKeyValueStore<Text, Text>("newest");
  EXPECT_EQ(newest.get("a"), (ValueAndTimestamp<Text>{"3", fromMillis(50)})) << "the newest to arrive";
  EXPECT_EQ(newest.get("b"), (ValueAndTimestamp<Text>{"2", fromMillis(100)}));
}

TEST(Materialize, NullDeletesAndAMissingKeyIsCounted) {
  Pipeline run{texts([](const Texts& in) { in.groupByKey().materialize("newest"); })};
  run.in.pipe("a", "1");
  run.in.pipe("a", null);
  run.in.pipe(null, "1");
  EXPECT_THAT(run.driver.rawStore("newest"), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(Materialize, IsToTableWithItsNames) {
  EXPECT_EQ(texts([](const Texts& in) { in.groupByKey().materialize("newest"); }).describe(),
            texts([](const Texts& in) { static_cast<void>(in.toTable(Materialized::as("newest"))); }).describe());
}

TEST(Materialize, GivesATableThatCanBeQueried) {
  static_cast<void>(
      texts([](const Texts& in) { EXPECT_EQ(in.groupByKey().materialize("newest").queryableStoreName(), "newest"); }));
}

TEST(Materialize, RepartitionsIfTheKeyChanged) {
  Pipeline run{texts([](const Texts& in) {
    in.selectKey([](const Text& value) { return value; }).groupByKey().materialize("newest").toStream().to("out");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("x", "x")));
  EXPECT_THAT(run.driver.producedTopicNames(), Contains("test-KSTREAM-TOTABLE-0000000002-repartition"));
}

TEST(Materialize, UsesTheSerdesOfGrouped) {
  struct LoudSerde {
    void encode(const Text& text, Bytes& out) const { out += text + "!"; }
    [[nodiscard]] Text decode(BytesView bytes) const { return Text{bytes.substr(0, bytes.size() - 1)}; }
  };
  Pipeline run{texts([](const Texts& in) { in.groupByKey(Grouped::valueSerde(LoudSerde{})).materialize("newest"); })};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.driver.rawStore("newest"), ElementsAre(::testing::Field(&RawStoreEntry::value, "1!")));
}

TEST(Materialize, ANameThatKafkaDoesNotAllowIsRefused) {
  EXPECT_THAT(
      refusal([](StreamsBuilder& builder) { builder.stream<Text, Text>("in").groupByKey().materialize("a b"); }),
      AllOf(HasSubstr("store 'a b'"), HasSubstr("use letters, digits")));
  EXPECT_THAT(refusal([](StreamsBuilder& builder) { builder.stream<Text, Text>("in").groupByKey().materialize(""); }),
              HasSubstr("store '' is empty"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
