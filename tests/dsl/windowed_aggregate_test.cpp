// windowedBy(TimeWindows).aggregate(): the values of each key in each window folded into an aggregate.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

template <class I, class F>
Topology aggregated(I initializer, F aggregator, const BasicMaterialized<>& how = Materialized::as("all")) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).aggregate(initializer, aggregator, how));
  });
}

TEST(WindowedAggregate, EachWindowBeginsWithTheInitializer) {
  Pipeline run{aggregated([] { return ">"; }, joined)};
  for (const std::int64_t at : {1, 2, 11}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", ">x"), Pair("a@0/10", ">xx"), Pair("a@10/20", ">x")));
}

TEST(WindowedAggregate, TheAggregatorMaySeeKeyNullAndPlace) {
  Pipeline run{aggregated(none, [](const Text& key, Nullable<Text> value, const Text& so_far, const RecordContext& at) {
    return so_far + key + value.value_or("-") + std::to_string(at.offset()) + " ";
  })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe("a", null, fromMillis(2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "ax0 "), Pair("a@0/10", "ax0 a-1 ")));
}

TEST(WindowedAggregate, MayBeginWithNothing) {
  Pipeline run{aggregated([] { return std::optional<Text>{}; },
                          [](const Text& value, Nullable<Text> so_far) { return so_far.value_or("first ") + value; })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "y", 2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "first x"), Pair("a@0/10", "first xy")));
}

TEST(WindowedAggregate, AskedToTellsTheAggregateBeforeWhichIsWhatAWindowBeginsWith) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .aggregate([] { return "begin "; }, joined, Materialized::as("all").withCachingDisabled())
              .filter([](const Text& value) { return value != "begin x"; }));
  })};
  run.in.pipe(record("a", "x", 1));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", null))) << "the row before, 'begin ', had passed the filter";
}

TEST(WindowedAggregate, NeedsASerdeAndSaysOfWhat) {
  struct Undescribed {};
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in")
                    .groupByKey()
                    .windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
                    .aggregate([] { return Undescribed{}; },
                               [](const Text&, const Undescribed& so_far) { return so_far; }, Materialized::as("all"));
              }),
              AllOf(HasSubstr("'all' needs a serde for"), HasSubstr("Undescribed")));
}

TEST(WindowedAggregate, BearsTheNamesItIsGiven) {
  const Topology topology = groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
              .aggregate(none, joined, Named::as("folded"), Materialized::as("all")));
  });
  EXPECT_THAT(nodeNames(topology), Contains("folded"));
  EXPECT_THAT(topology.graph().stores, Contains(Key("all")));
}

/// Days as a calendar has them are not of one size; a mistake in them is the record's.
struct BackwardWindows {
  [[nodiscard]] std::vector<Window> windowsFor(Timestamp at) const { return {{at, at - 1ms}}; }
  [[nodiscard]] Milliseconds size() const { return 10ms; }
  [[nodiscard]] Milliseconds gracePeriod() const { return 0ms; }
};

TEST(WindowedAggregate, WindowsOfOnesOwnThatCannotBeAreToldToTheProcessingHandler) {
  Watched watched;
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
                 toOut(in.windowedBy(BackwardWindows{}).aggregate(none, joined));
               }),
               watched.options};
  run.in.pipe(record("a", "x", 5));
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("window 5/4")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
