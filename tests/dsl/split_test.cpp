// split().branch(): each record goes to the first branch that accepts it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

bool beginsWithA(const Text& value) {
  return value.starts_with("a");
}
bool isLong(const Text& value) {
  return value.size() > 3;
}

TEST(Split, TheFirstBranchThatAcceptsTakesTheRecord) {
  Pipeline run{texts([](const Texts& in) {
    auto branches = in.split(Named::as("by-")).branch(beginsWithA).branch(isLong, Branched::as("long")).defaultBranch();
    for (auto& [name, stream] : branches) stream.to(name);
  })};
  for (const char* value : {"apple", "axe", "pear", "fig"}) run.in.pipe("k", value);
  EXPECT_THAT(run.sent("by-1"), ElementsAre(Pair("k", "apple"), Pair("k", "axe")));
  EXPECT_THAT(run.sent("by-long"), ElementsAre(Pair("k", "pear")));
  EXPECT_THAT(run.sent("by-0"), ElementsAre(Pair("k", "fig")));
}

TEST(Split, WithoutADefaultTheRestVanishesUncounted) {
  Pipeline run{texts([](const Texts& in) {
    auto branches = in.split(Named::as("by-")).branch(beginsWithA, Branched::as("a")).noDefaultBranch();
    ASSERT_THAT(branches, SizeIs(1));
    branches.at("by-a").to("out");
  })};
  run.in.pipe(record("k", "axe", 5, {{"trace", "7"}}));
  run.in.pipe("k", "fig");
  EXPECT_THAT(run.records(), ElementsAre(record("k", "axe", 5, {{"trace", "7"}})));
  EXPECT_EQ(run.driver.droppedRecords(), 0U);
}

TEST(Split, AFunctionsStreamTakesTheBranchsPlaceAndAConsumersBranchHasNone) {
  Pipeline run{texts([](const Texts& in) {
    auto branches =
        in.split(Named::as("by-"))
            .branch(beginsWithA, Branched::withFunction(
                                     [](const Texts& branch) {
                                       return branch.mapValues([](const Text& value) { return value + "!"; });
                                     },
                                     "a"))
            .branch(isLong, Branched::withConsumer([](const Texts& branch) { branch.to("long"); }))
            .noDefaultBranch();
    ASSERT_THAT(branches, ElementsAre(Key("by-a")));
    branches.at("by-a").to("a");
  })};
  run.in.pipe("k", "axe");
  run.in.pipe("k", "pear");
  EXPECT_THAT(run.sent("a"), ElementsAre(Pair("k", "axe!")));
  EXPECT_THAT(run.sent("long"), ElementsAre(Pair("k", "pear")));
}

TEST(Split, ANullIsTheErrorOfThePredicateThatTakesItByReference) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 auto branches =
                     in.split(Named::as("by-"))
                         .branch([](Nullable<Text> value) { return !value; }, Branched::as("null"))
                         .branch([](const Text& key, Nullable<Text>) { return key == "k"; }, Branched::as("k"))
                         .noDefaultBranch();
                 branches.at("by-null").to("nulls");
                 branches.at("by-k").to("k");
               }),
               watched.options};
  run.in.pipe("k", null);
  run.in.pipe(null, "v");
  EXPECT_THAT(run.sent("nulls"), ElementsAre(Pair("k", null)));
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("by-: the key of the record is null")));
}

TEST(Split, TwoBranchesOfOneNameAreRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                builder.stream<Text, Text>("in")
                    .split(Named::as("by-"))
                    .branch(beginsWithA, Branched::as("same"))
                    .branch(isLong, Branched::as("same"))
                    .noDefaultBranch();
              }),
              AllOf(HasSubstr("'by-same'"), HasSubstr("give each node a name of its own")));
}

TEST(Split, KeepsTheKey) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.split().branch(isLong).defaultBranch().begin()->second.groupByKey().count());
              })),
              IsEmpty());
}

}  // namespace
}  // namespace widgetstream::dsl_test
