// join() and leftJoin() of a stream with a global table: each record and the row of a key made of it.

#include "tests/dsl/joins.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

std::optional<Text> firstLetter(const Text& value) {
  return value.empty() ? null : std::optional{value.substr(0, 1)};
}

Topology globallyJoined(bool left) {
  return drawn([left](StreamsBuilder& builder) {
    const auto table = builder.globalTable<Text, Text>("global");
    const Texts in = builder.stream<Text, Text>("in");
    (left ? Texts{in.leftJoin(table, firstLetter, leftPairOf)} : Texts{in.join(table, firstLetter, pairOf)}).to("out");
  });
}

class GlobalRun : public Pipeline {
 public:
  explicit GlobalRun(const Topology& topology)
      : Pipeline(topology), global(driver.input<Text, Text>("global")) {}
  TestInputTopic<Text, Text> global;
};

TEST(StreamGlobalTableJoin, LooksUpTheKeyThatTheSelectorMakes) {
  GlobalRun run{globallyJoined(false)};
  run.global.pipe("x", "row");
  run.in.pipe("a", "x1");
  run.in.pipe("a", "y2");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x1row")));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(StreamGlobalTableJoin, DropsAndCountsRecordsWithoutValueOrKeyToLookUp) {
  GlobalRun run{globallyJoined(false)};
  run.in.pipe("a", null);
  run.in.pipe("a", "");
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(StreamGlobalTableJoin, NeedsNoKeyOfTheStream) {
  GlobalRun run{globallyJoined(false)};
  run.global.pipe("x", "row");
  run.in.pipe(null, "x1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair(null, "x1row")));
}

TEST(StreamGlobalTableLeftJoin, SendsRecordsWithoutRowOrKeyToo) {
  GlobalRun run{globallyJoined(true)};
  run.in.pipe("a", "x1");
  run.in.pipe("a", "");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x1-"), Pair("a", "-")));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(StreamGlobalTableJoin, NeedsNoRepartitionWhateverTheKey) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    const auto table = builder.globalTable<Text, Text>("global");
    builder.stream<Text, Text>("in")
        .selectKey([](const Text& v) { return v; })
        .join(table, firstLetter, pairOf, Named::as("lookup"))
        .to("out");
  });
  EXPECT_THAT(internalTopics(topology), IsEmpty());
  EXPECT_THAT(topology.graph().copartition_groups, IsEmpty());
  EXPECT_THAT(nodeNames(topology), Contains("lookup"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
