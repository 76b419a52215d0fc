// peek(): shows each record to a function and passes it on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(Peek, SeesEachRecordBeforeTheNodesBelow) {
  std::vector<Text> seen;
  Pipeline run{texts([&seen](const Texts& in) {
    in.peek([&seen](const Text& key, const Text& value) { seen.push_back("first " + key + "=" + value); })
        .peek([&seen](const Text& value) { seen.push_back("then " + value); })
        .to("out");
  })};
  run.in.pipe(record("a", "1", 3, {{"trace", "7"}}));
  EXPECT_THAT(seen, ElementsAre("first a=1", "then 1"));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "1", 3, {{"trace", "7"}})));
}

TEST(Peek, IgnoresWhatTheFunctionReturns) {
  int calls = 0;
  Pipeline run{
      texts([&calls](const Texts& in) { in.peek([&calls](const Text&) { return ++calls > 100; }).to("out"); })};
  run.in.pipe("a", "1");
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(run.sent(), SizeIs(1));
}

TEST(Peek, ARecordItFailsOnGoesNoFurther) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.peek(
                       [](const Text& value) {
                         if (value == "bad") throw std::runtime_error{"cannot look"};
                       },
                       Named::as("look"))
                     .to("out");
               }),
               watched.options};
  run.in.pipe("a", "bad");
  run.in.pipe("a", "good");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "good")));
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("look: cannot look")));
}

TEST(Peek, SeesTombstonesAsNullable) {
  std::vector<bool> values;
  Pipeline run{texts([&values](const Texts& in) {
    in.peek([&values](Nullable<Text> value) { values.push_back(value.has_value()); }).to("out");
  })};
  run.in.pipe("a", null);
  run.in.pipe("a", "1");
  EXPECT_THAT(values, ElementsAre(false, true));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", null), Pair("a", "1")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
