// windowedBy(TimeWindows).reduce(): the values of each key in each window made into one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

template <class F>
Topology reducedBy(F reducer) {
  return groupedTexts([&](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms)).reduce(reducer, Materialized::as("all")));
  });
}

TEST(WindowedReduce, AWindowBeginsWithItsFirstValueAndTheReducerAddsTheNext) {
  Pipeline run{reducedBy(reduced)};
  for (const std::int64_t at : {1, 2, 11}) run.in.pipe(record("a", "x", at));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", "xx"), Pair("a@10/20", "x")));
}

TEST(WindowedReduce, ANullValueInAnEmptyWindowIsToldAndKeptAsNothing) {
  Pipeline run{reducedBy(reduced)};
  run.in.pipe("a", null, fromMillis(1));
  run.in.pipe(record("a", "x", 2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"))) << "the cache has nothing to tell of no change";
}

TEST(WindowedReduce, ShowsNullValuesToAReducerThatWantsThem) {
  Pipeline run{reducedBy(
      [](const Text& so_far, Nullable<Text> value) { return value ? so_far + *value : Text{"begin anew"}; })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe("a", null, fromMillis(2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", "begin anew")));
}

TEST(WindowedReduce, ANullValueIsAnErrorOfAReducerThatTakesItByReference) {
  Watched watched;
  Pipeline run{reducedBy(reduced), watched.options};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe("a", null, fromMillis(2));
  EXPECT_THAT(*watched.errors, ElementsAre(AllOf(HasSubstr("KSTREAM-REDUCE-"), HasSubstr("the value of the record is null"))));
}

TEST(WindowedReduce, AnEmptyOptionalDeletesTheWindow) {
  Pipeline run{reducedBy([](const Text& so_far, const Text& value) {
    return value == "reset" ? std::nullopt : std::optional{so_far + value};
  })};
  for (const char* value : {"x", "reset", "y"}) run.in.pipe(record("a", value, 1));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", null), Pair("a@0/10", "y")));
}

TEST(WindowedReduce, ContinuesFromTheChangelogWhenLocalStateIsLost) {
  Pipeline run{reducedBy(reduced)};
  run.in.pipe(record("a", "x", 1));
  run.driver.crashAndRestart();
  run.in.pipe(record("a", "y", 2));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", "xy")));
}

TEST(WindowedReduce, OfHoppingWindowsReducesEachByItself) {
  Pipeline run{groupedTexts([](const KGroupedStream<Text, Text>& in) {
    toOut(in.windowedBy(TimeWindows::ofSizeWithNoGrace(10ms).advanceBy(5ms)).reduce(reduced, Named::as("reduced")));
  })};
  run.in.pipe(record("a", "x", 1));
  run.in.pipe(record("a", "y", 6));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "x"), Pair("a@0/10", "xy"), Pair("a@5/15", "y")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
