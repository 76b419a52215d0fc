// map(): a new key and value for each record.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology swapped() {
  return texts([](const Texts& in) {
    in.map([](const Text& key, const Text& value) {
        return std::pair{value, key.size()};
      })
        .mapValues([](std::size_t size) { return static_cast<Long>(size); })
        .to("out");
  });
}

TEST(Map, MakesOneRecordOfEachWithOtherTypes) {
  Pipeline run{swapped()};
  run.in.pipe("bolt", "Fred");
  run.in.pipe("nut", "Ann");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("Fred", 4), Pair("Ann", 3)));
}

TEST(Map, KeepsTimestampAndHeaders) {
  Pipeline run{texts([](const Texts& in) {
    in.map([](const Text& key, const Text& value) { return std::pair{value, key}; }).to("out");
  })};
  run.in.pipe(record("a", "b", 77, {{"trace", "7"}}));
  EXPECT_THAT(run.records(), ElementsAre(record("b", "a", 77, {{"trace", "7"}})));
}

TEST(Map, AnOptionalSideMayBeNull) {
  Pipeline run{texts([](const Texts& in) {
    in.map([](const Text& key, const Text& value) {
        return std::pair{value.empty() ? std::nullopt : std::optional{value},
                         key.empty() ? std::nullopt : std::optional{key}};
      }).to("out");
  })};
  run.in.pipe("key", "");
  run.in.pipe("", "value");
  EXPECT_THAT(run.sent(), ElementsAre(Pair(null, "key"), Pair("value", null)));
}

TEST(Map, TextMayBeALiteralOrAView) {
  Pipeline run{texts([](const Texts& in) {
    in.map([](const Text& value) { return std::pair{"all", std::string_view{value}.substr(0, 1)}; }).to("out");
  })};
  run.in.pipe("a", "bolt");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("all", "b")));
}

TEST(Map, SeesNullOnlyAsNullable) {
  Watched watched;
  Pipeline run{texts([](const Texts& in) {
                 in.map(
                       [](Nullable<Text> key, const Text& value) {
                         return std::pair{key.value_or("none"), value};
                       },
                       Named::as("keyed"))
                     .to("out");
               }),
               watched.options};
  run.in.pipe(null, "bolt");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), ElementsAre(Pair("none", "bolt")));
  EXPECT_THAT(*watched.errors, ElementsAre(HasSubstr("keyed: the value of the record is null")));
}

TEST(Map, GroupingAfterItRepartitions) {
  EXPECT_THAT(internalTopics(texts([](const Texts& in) {
                static_cast<void>(in.map([](const Text& key, const Text& value) {
                                      return std::pair{key, value};
                                    })
                                      .groupByKey()
                                      .count());
              })),
              SizeIs(1))
      << "also when the function gives the same key back: nobody can know";
}

}  // namespace
}  // namespace widgetstream::dsl_test
