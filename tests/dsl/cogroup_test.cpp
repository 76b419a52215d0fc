// cogroup(): several grouped streams in one aggregate, each with an aggregator of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text nothing() {
  return "";
}
Text addText(const Text& value, const Text& so_far) {
  return so_far + value;
}
Text addNumber(const Long& value, const Text& so_far) {
  return so_far + "(" + std::to_string(value) + ")";
}

/// Texts of "in" and numbers of "numbers" under their keys.
Topology textsAndNumbers(const BasicMaterialized<>& how, const Named& name = {}) {
  return drawn([&](StreamsBuilder& builder) {
    const auto words = builder.stream<Text, Text>("in").groupByKey();
    const auto numbers = builder.stream<Text, Long>("numbers").groupByKey();
    words.cogroup(addText).cogroup(numbers, addNumber).aggregate(nothing, name, how).toStream().to("out");
  });
}

TEST(Cogroup, RecordsOfAllStreamsGoIntoOneAggregateOfTheirKey) {
  Pipeline run{textsAndNumbers(Materialized::as("both"))};
  auto numbers = run.driver.input<Text, Long>("numbers");
  run.in.pipe("a", "x");
  numbers.pipe("a", 7);
  numbers.pipe("b", 8);
  run.in.pipe("a", "y");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x"), Pair("a", "x(7)"), Pair("b", "(8)"), Pair("a", "x(7)y")));
  EXPECT_EQ((run.driver.getTimestampedKeyValueStore<Text, Text>("both").get("a")->value), "x(7)y");
}

TEST(Cogroup, HasTheLargestTimestampOfAnyStream) {
  Pipeline run{textsAndNumbers(Materialized::as("both"))};
  auto numbers = run.driver.input<Text, Long>("numbers");
  run.in.pipe(record("a", "x", 100));
  numbers.pipe({"a", 7, fromMillis(40)});
  EXPECT_THAT(run.records(), ElementsAre(record("a", "x", 100), record("a", "x(7)", 100)));
}

TEST(Cogroup, RecordsWithoutKeyOrValueAreDroppedAndCounted) {
  Pipeline run{textsAndNumbers(Materialized::as("both"))};
  run.in.pipe(null, "x");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(Cogroup, TheCacheForwardsOnlyTheLastUpdateOfACommitWhicheverStreamItCameFrom) {
  const auto doubled = [](const BasicMaterialized<>& how) {
    return texts([&](const Texts& in) {
      const auto again = in.filter([](const Text&) { return true; });
      in.groupByKey().cogroup(addText).cogroup(again.groupByKey(), addText).aggregate(nothing, how).toStream().to("out");
    });
  };
  Pipeline cached{doubled(Materialized::as("both"))};
  cached.in.pipe("a", "x");
  EXPECT_THAT(cached.sent(), ElementsAre(Pair("a", "xx")));
  Pipeline uncached{doubled(Materialized::as("both").withCachingDisabled())};
  uncached.in.pipe("a", "x");
  EXPECT_THAT(uncached.sent(), ElementsAre(Pair("a", "x"), Pair("a", "xx")));
}

TEST(Cogroup, AnAggregatorMayHaveAnyOfTheFormsAndDeleteTheKey) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    const auto words = builder.stream<Text, Text>("in").groupByKey();
    const auto resets = builder.stream<Text, Long>("numbers").groupByKey();
    words
        .cogroup([](const Text& key, const Text& value, const Text& so_far, const RecordContext& at) {
          return so_far + key + value + "@" + std::to_string(toMillis(at.timestamp())) + " ";
        })
        .cogroup(resets, [](const Text&, const Long&, const Text&) { return std::optional<Text>{}; })
        .aggregate(nothing)
        .toStream()
        .to("out");
  })};
  run.in.pipe(record("a", "x", 1));
  run.driver.input<Text, Long>("numbers").pipe("a", 0);
  run.in.pipe(record("a", "y", 2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "ax@1 "), Pair("a", null), Pair("a", "ay@2 ")));
}

TEST(Cogroup, TheAggregatesTypeMayBeNamedWhereTheAggregatorIsGeneric) {
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey()
        .cogroup<Long>([](const auto& value, const auto& sum) { return sum + static_cast<Long>(value.size()); })
        .aggregate([] { return Long{0}; })
        .toStream()
        .to("out");
  })};
  run.in.pipe("a", "xy");
  run.in.pipe("a", "z");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 2), Pair("a", 3)));
}

TEST(Cogroup, AStreamNamedTwiceHasTheLastAggregator) {
  Pipeline run{texts([](const Texts& in) {
    const auto grouped = in.groupByKey();
    grouped.cogroup(addText)
        .cogroup(grouped, [](const Text& value, const Text& so_far) { return so_far + "!" + value; })
        .aggregate(nothing)
        .toStream()
        .to("out");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "!x")));
}

TEST(Cogroup, EachStreamWhoseKeyHasChangedGetsARepartitionTopicOfItsOwn) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    const auto first = [](const Text& value) { return value.substr(0, 1); };
    const auto words = builder.stream<Text, Text>("in").groupBy(first, Grouped::as("words"));
    const auto others = builder.stream<Text, Text>("others").groupBy(first, Grouped::as("others"));
    words.cogroup(addText).cogroup(others, addText).aggregate(nothing, Materialized::as("both")).toStream().to("out");
  })};
  run.in.pipe("k", "ab");
  run.driver.input<Text, Text>("others").pipe("k", "ac");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "ab"), Pair("a", "abac")));
  EXPECT_THAT(run.driver.producedTopicNames(),
              IsSupersetOf({"test-words-repartition", "test-others-repartition", "test-both-changelog"}));
}

TEST(Cogroup, ASecondAggregateUsesTheRepartitionTopicsOfTheFirst) {
  Pipeline run{texts([](const Texts& in) {
    const auto cogrouped = in.groupBy([](const Text& value) { return value; }).cogroup(addText);
    cogrouped.aggregate(nothing, Materialized::as("one")).toStream().to("out");
    cogrouped.aggregate([] { return "-"; }, Materialized::as("two")).toStream().to("out2");
  })};
  run.in.pipe("k", "v");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("v", "v")));
  EXPECT_THAT(run.sent("out2"), ElementsAre(Pair("v", "-v")));
  EXPECT_THAT(run.driver.producedTopicNames(), Contains("test-one-repartition"));
  EXPECT_THAT(run.driver.producedTopicNames(), Not(Contains("test-two-repartition")));
}

TEST(Cogroup, AskedToTellsTheAggregateBeforeWhichIsWhatAKeyBeginsWith) {
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey()
        .cogroup(addText)
        .aggregate([] { return "begin "; }, Materialized::as("all").withCachingDisabled())
        .filter([](const Text& value) { return value != "begin x"; })
        .toStream()
        .to("out");
  })};
  run.in.pipe("a", "x");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null))) << "the row before, 'begin ', had passed the filter";
}

TEST(Cogroup, ContinuesFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{textsAndNumbers(Materialized::as("both"))};
  run.in.pipe("a", "x");
  run.driver.crashAndRestart();
  run.driver.input<Text, Long>("numbers").pipe("a", 7);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x"), Pair("a", "x(7)")));
}

TEST(Cogroup, StreamsOfTwoBuildersAreRefused) {
  StreamsBuilder other;
  const auto stranger = other.stream<Text, Text>("in").groupByKey();
  EXPECT_THAT(refusal([&](StreamsBuilder& builder) {
                (void)builder.stream<Text, Text>("in").groupByKey().cogroup(addText).cogroup(stranger, addText);
              }),
              HasSubstr("cogroup() of streams of two StreamsBuilders"));
}

TEST(Cogroup, AStoreNameThatIsTakenIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                const auto grouped = builder.stream<Text, Text>("in").groupByKey();
                (void)grouped.cogroup(addText).aggregate(nothing, Materialized::as("twice"));
                (void)grouped.cogroup(addText).aggregate(nothing, Materialized::as("twice"));
              }),
              HasSubstr("'twice'"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
