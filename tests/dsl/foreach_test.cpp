// foreach(): shows each record to a function; nothing follows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

TEST(Foreach, SeesEachRecordWithItsPlace) {
  std::vector<Text> seen;
  Pipeline run{texts([&seen](const Texts& in) {
    in.foreach ([&seen](const Text& key, const Text& value, const RecordContext& at) {
      seen.push_back(key + "=" + value + " from " + Text{at.topic()} + "/" + std::to_string(at.offset()));
    });
  })};
  run.in.pipe("a", "1");
  run.in.pipe("b", "2");
  EXPECT_THAT(seen, ElementsAre("a=1 from in/0", "b=2 from in/1"));
  EXPECT_THAT(run.driver.producedTopicNames(), IsEmpty());
}

TEST(Foreach, IsTheEndOfItsBranchOnly) {
  int calls = 0;
  Pipeline run{texts([&calls](const Texts& in) {
    in.foreach ([&calls](const Text&) { ++calls; });
    in.to("out");
  })};
  run.in.pipe("a", "1");
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(run.sent(), SizeIs(1));
}

TEST(Foreach, WhatItThrowsGoesToTheProcessingHandler) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.foreach ([](const Text&) { throw std::runtime_error{"no"}; }, Named::as("end"));
               }),
               watched.options};
  run.in.pipe("a", "1");
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("end: no")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
