// Tables whose keys are windows or sessions: looked up, joined, grouped and filtered like any table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/windowed.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text plus(Long left, Long right) {
  return std::to_string(left) + "+" + std::to_string(right);
}
Text plusPerhaps(Long left, Nullable<Long> right) {
  return std::to_string(left) + "+" + (right ? std::to_string(*right) : "null");
}

/// Counts of the texts on "left" and on "right" in windows of 10 ms, and what `draw` makes of them.
struct Windows {
  using Draw = std::function<void(const KTable<Windowed<Text>, Long>& left, const KTable<Windowed<Text>, Long>& right)>;

  explicit Windows(const Draw& draw)
      : driver(drawn([&](StreamsBuilder& builder) {
                 const auto counted = [&](const Text& topic) {
                   return builder.stream<Text, Text>(topic)
                       .groupByKey()
                       .windowedBy(TimeWindows::ofSizeWithNoGrace(10ms))
                       .count(Materialized::as(topic + "-counts"));
                 };
                 const auto lefts = counted("left");
                 draw(lefts, counted("right"));
               }),
               noCache()) {}
  std::vector<TestKeyValue<Text, Text>> sent() { return driver.output<Text, Text>("out").readAll(); }

  TopologyTestDriver driver;
  TestInputTopic<Text, Text> left = driver.input<Text, Text>("left");
  TestInputTopic<Text, Text> right = driver.input<Text, Text>("right");
};

TEST(TablesOfWindows, EqualWindowsOfAKeyMeetInAJoin) {
  Windows run{[](const auto& left, const auto& right) { toOut(left.join(right, plus)); }};
  run.left.pipe(record("a", "x", 3));
  run.right.pipe(record("a", "x", 12));
  EXPECT_THAT(run.sent(), IsEmpty());
  run.right.pipe(record("a", "x", 13));
  run.left.pipe(record("a", "x", 14));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@10/20", "1+2")));
}

TEST(TablesOfWindows, AFilterOverThemIsLookedUpInTheWindows) {
  Windows run{[](const auto& left, const auto& right) {
    toOut(left.leftJoin(right.filter([](Long count) { return count > 1; }), plusPerhaps));
  }};
  run.right.pipe(record("a", "x", 3));
  run.left.pipe(record("a", "x", 4));
  run.right.pipe(record("a", "x", 5));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "1+null"), Pair("a@0/10", "1+2")));
}

TEST(TablesOfWindows, AreGroupedUnderOtherKeys) {
  Windows run{[](const auto& left, const auto&) {
    left.groupBy([](const Windowed<Text>& key, Long count) { return std::pair{key.key, count}; })
        .reduce([](Long sum, Long count) { return sum + count; }, [](Long sum, Long count) { return sum - count; })
        .mapValues([](Long sum) { return std::to_string(sum); })
        .toStream()
        .to("out");
  }};
  run.left.pipe(record("a", "x", 3));
  run.left.pipe(record("a", "x", 4));
  run.left.pipe(record("a", "x", 14));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "1"), Pair("a", "2"), Pair("a", "3")));
}

TEST(TablesOfWindows, AMaterializedFilterKeepsThemLikeOtherKeys) {
  Windows run{[](const auto& left, const auto&) {
    toOut(left.filter([](Long count) { return count > 1; }, Materialized::as("many")).mapValues([](Long count) {
      return std::to_string(count);
    }));
  }};
  run.left.pipe(record("a", "x", 3));
  run.left.pipe(record("a", "x", 4));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a@0/10", "2")));
  EXPECT_THAT(run.driver.rawStore("many"), SizeIs(1));
}

TEST(TablesOfWindows, SessionsAreLookedUpByTheirBounds) {
  TopologyTestDriver driver{drawn([](StreamsBuilder& builder) {
                              const auto counted = [&](const Text& topic) {
                                return builder.stream<Text, Text>(topic)
                                    .groupByKey()
                                    .windowedBy(SessionWindows::ofInactivityGapWithNoGrace(5ms))
                                    .count();
                              };
                              const auto left = counted("left");
                              toOut(left.leftJoin(counted("right"), plusPerhaps));
                            }),
                            noCache()};
  auto left = driver.input<Text, Text>("left");
  auto right = driver.input<Text, Text>("right");
  right.pipe(record("a", "x", 3));
  left.pipe(record("a", "x", 3));
  left.pipe(record("a", "x", 4));
  EXPECT_THAT((driver.output<Text, Text>("out").readAll()),
              ElementsAre(Pair("a@3/3", "1+1"), Pair("a@3/3", null), Pair("a@3/4", "2+null")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
