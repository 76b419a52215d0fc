// apply(): an operator of one's own, written where it reads best.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// Keeps long values and shouts them.
struct Shout {
  std::size_t longer_than;
  [[nodiscard]] Texts operator()(const Texts& in) const {
    return in.filter([least = longer_than](const Text& value) { return value.size() > least; })
        .mapValues([](const Text& value) { return value + "!"; });
  }
};

/// Works on streams of any types.
constexpr auto sendTo(const char* topic) {
  return [topic](const auto& stream) { stream.to(topic); };
}

TEST(Apply, GivesWhatTheFunctionGives) {
  Pipeline run{texts([](const Texts& in) {
    in.apply(Shout{3}).mapValues([](const Text& value) { return static_cast<Long>(value.size()); }).to("out");
  })};
  run.in.pipe("a", "bolt");
  run.in.pipe("a", "nut");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 5)));
}

TEST(Apply, MayEndTheStream) {
  Pipeline run{texts([](const Texts& in) { in.apply(sendTo("out")); })};
  run.in.pipe("a", "1");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1")));
}

TEST(Apply, AddsNoNodeOfItsOwn) {
  EXPECT_EQ(texts([](const Texts& in) { in.apply(Shout{3}).to("out"); }).describe(),
            texts([](const Texts& in) { Shout{3}(in).to("out"); }).describe());
}

}  // namespace
}  // namespace widgetstream::dsl_test
