// filter(), filterNot(): keep the records a predicate accepts, or refuses.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

bool isLong(const Text& value) {
  return value.size() > 3;
}

Topology keptAndRefused() {
  return texts([](const Texts& in) {
    in.filter(isLong).to("kept");
    in.filterNot(isLong).to("refused");
  });
}

TEST(Filter, KeepsWhatThePredicateAccepts) {
  Pipeline run{keptAndRefused()};
  run.in.pipe("a", "bolt");
  run.in.pipe("b", "nut");
  run.in.pipe("a", "screw");
  EXPECT_THAT(run.sent("kept"), ElementsAre(Pair("a", "bolt"), Pair("a", "screw")));
  EXPECT_THAT(run.sent("refused"), ElementsAre(Pair("b", "nut")));
  EXPECT_EQ(run.driver.droppedRecords(), 0U) << "a record that is filtered out is not counted as dropped";
}

TEST(Filter, PassesKeyTimestampAndHeadersThrough) {
  Pipeline run{keptAndRefused()};
  const auto input = record("a", "bolt", 5000, {{"trace", "7"}, {"empty", std::nullopt}});
  run.in.pipe(input);
  EXPECT_THAT(run.records("kept"), ElementsAre(input));
}

TEST(Filter, LooksAtARecordWithoutKey) {
  Pipeline run{keptAndRefused()};
  run.in.pipe(null, "bolt");
  EXPECT_THAT(run.sent("kept"), ElementsAre(Pair(null, "bolt")));
}

TEST(Filter, ANullIsThatRecordsErrorAndTheNextRecordsGoOn) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) { in.filter(isLong, Named::as("long-ones")).to("out"); }), watched.options};
  run.in.pipe("a", null);
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "bolt")));
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("long-ones: the value of the record is null")));
  EXPECT_EQ(run.driver.droppedRecords(), 1U);
}

TEST(Filter, APredicateOfNullableSeesNull) {
  Pipeline run{texts([](const Texts& in) { in.filter([](Nullable<Text> value) { return !value; }).to("out"); })};
  run.in.pipe("a", "bolt");
  run.in.pipe("b", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("b", null)));
}

TEST(Filter, KeepsTheKeySoThatGroupingNeedsNoRepartition) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) { static_cast<void>(in.filter(isLong).groupByKey().count()); })),
              IsEmpty());
}

TEST(Filter, RemembersThatTheKeyChangedBefore) {
  const Topology topology = texts([](const Texts& in) {
    static_cast<void>(in.selectKey([](const Text& value) { return value; }).filter(isLong).groupByKey().count());
  });
  EXPECT_THAT(internalTopics(topology), SizeIs(1));
}

}  // namespace
}  // namespace widgetstream::dsl_test
