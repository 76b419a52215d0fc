// reduce(): the values of each key folded into one, as a table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology reduced(const BasicMaterialized<>& how = Materialized::as("all")) {
  return texts([&](const Texts& in) {
    in.groupByKey()
        .reduce(
            [](const Text& all, const Text& next) -> std::optional<Text> {
              if (next == "forget") return std::nullopt;
              return all + next;
            },
            how)
        .toStream()
        .to("out");
  });
}

TEST(Reduce, TheFirstValueIsTheAggregateAsItIs) {
  Pipeline run{reduced()};
  run.in.pipe("k", "forget");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "forget"))) << "the reducer is not asked for the first";
}

TEST(Reduce, IsAskedForEachFurtherValue) {
  Pipeline run{reduced()};
  for (const char* value : {"a", "b", "c"}) run.in.pipe("k", value);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "a"), Pair("k", "ab"), Pair("k", "abc")));
}

TEST(Reduce, AnEmptyOptionalDeletesAndTheNextValueBeginsAnewWithItsOwnTime) {
  const auto tombstone = [](std::int64_t at) { return TestRecord<Text, Text>{"k", std::nullopt, fromMillis(at), {}}; };
  const auto run = [](Pipeline& pipeline) {
    pipeline.in.pipe(record("k", "a", 100));
    pipeline.in.pipe(record("k", "forget", 50));
    pipeline.in.pipe(record("k", "b", 10));
    return pipeline.records();
  };
  Pipeline uncached{reduced(Materialized::as("all").withCachingDisabled())};
  EXPECT_THAT(run(uncached), ElementsAre(record("k", "a", 100), tombstone(100), record("k", "b", 10)));
  // A deleted entry has no time of its own in the cache, so that Java's tombstone has the record's.
  Pipeline cached{reduced()};
  EXPECT_THAT(run(cached), ElementsAre(record("k", "a", 100), tombstone(50), record("k", "b", 10)));
}

TEST(Reduce, RecordsWithoutKeyOrValueAreDroppedAndCounted) {
  Pipeline run{reduced()};
  run.in.pipe(null, "a");
  run.in.pipe("k", null);
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(Reduce, AReducerMayReturnALiteral) {
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey().reduce([](const Text&, const Text&) { return "many"; }).toStream().to("out");
  })};
  run.in.pipe("k", "a");
  run.in.pipe("k", "b");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "a"), Pair("k", "many")));
}

TEST(Reduce, WhatItThrowsLeavesTheAggregateAsItWas) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.groupByKey()
                     .reduce(
                         [](const Text& all, const Text& next) {
                           if (next == "bad") throw std::runtime_error{"cannot add"};
                           return all + next;
                         },
                         Named::as("adding"))
                     .toStream()
                     .to("out");
               }),
               watched.options};
  for (const char* value : {"a", "bad", "b"}) run.in.pipe("k", value);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "a"), Pair("k", "ab")));
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("adding: cannot add")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
