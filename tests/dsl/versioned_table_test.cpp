// Tables over versioned stores: updates of the past are told as such, and who counts and joins ignores them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/joined_tables.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

auto versioned(const std::string& name) {
  return Materialized::as(persistentVersionedKeyValueStore(name, Milliseconds{1000}));
}

/// The versioned table of "in" and what `draw` makes of it.
struct Versioned : Pipeline {
  explicit Versioned(const std::function<void(const KTable<Text, Text>&)>& draw)
      : Pipeline(drawn([&](StreamsBuilder& builder) { draw(builder.table<Text, Text>("in", versioned("history"))); })) {}
};

TEST(VersionedTable, KeepsWhatARowWas) {
  Versioned run{[](const auto& table) { table.toStream().to("out"); }};
  run.in.pipe(record("a", "new", 20));
  run.in.pipe(record("a", "old", 10));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "new", 20), record("a", "old", 10))) << "both are told";
}

TEST(VersionedTable, WhatComesTooLateForTheHistoryIsRefused) {
  Versioned run{[](const auto& table) { table.toStream().to("out"); }};
  run.in.pipe(record("a", "new", 5000));
  run.in.pipe(record("a", "ancient", 10));
  EXPECT_THAT(run.records(), ElementsAre(record("a", "new", 5000)));
}

TEST(VersionedTable, AFilterTellsEveryUpdate) {
  Versioned run{[](const auto& table) {
    table.filter([](const Text& value) { return value.size() > 1; }).toStream().to("out");
  }};
  run.in.pipe(record("a", "x", 10));
  run.in.pipe(tombstone("a", 20));
  EXPECT_THAT(run.records(), ElementsAre(tombstone("a", 10), tombstone("a", 20)))
      << "a view could not tell which of them change the past";
}

TEST(VersionedTable, GroupsCountTheNewestRowsOnly) {
  Versioned run{[](const auto& table) {
    table.groupBy([](const Text& value) { return std::pair{value, value}; }).count().toStream().to("out");
  }};
  run.in.pipe(record("a", "x", 20));
  run.in.pipe(record("a", "y", 10));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("x", 1)));
}

TEST(VersionedTable, ATableWithAStoreOfItsOwnIsVersionedOnlyIfThatIs) {
  Versioned run{[](const auto& table) {
    table.mapValues([](const Text& value) { return value; }, Materialized::as("plain"))
        .groupBy([](const Text& value) { return std::pair{value, value}; })
        .count()
        .toStream()
        .to("out");
  }};
  run.in.pipe(record("a", "x", 20));
  run.in.pipe(record("a", "y", 10));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("x", 1), Pair("x", 0), Pair("y", 1)));
}

/// Two versioned tables and what `draw` makes of them.
struct VersionedTables {
  explicit VersionedTables(const Joined::Draw& draw)
      : driver(drawn([&](StreamsBuilder& builder) {
                 const auto left_table = builder.table<Text, Text>("left", versioned("lefts"));
                 draw(left_table, builder.table<Text, Text>("right", versioned("rights")));
               }),
               noCache()) {}
  std::vector<TestKeyValue<Text, Text>> sent() { return driver.output<Text, Text>("out").readAll(); }

  TopologyTestDriver driver;
  TestInputTopic<Text, Text> left = driver.input<Text, Text>("left");
  TestInputTopic<Text, Text> right = driver.input<Text, Text>("right");
};

Text plus(const Text& left, const Text& right) {
  return left + "+" + right;
}

TEST(VersionedTable, JoinsIgnoreUpdatesOfThePast) {
  VersionedTables run{[](const auto& left, const auto& right) { left.join(right, plus).toStream().to("out"); }};
  run.left.pipe(record("a", "l20", 20));
  run.right.pipe(record("a", "r20", 20));
  run.left.pipe(record("a", "l10", 10));
  run.right.pipe(record("a", "r10", 10));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l20+r20")));
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(VersionedTable, AJoinWithItselfComparesWithTheRowBefore) {
  VersionedTables run{[](const auto& left, const auto&) {
    left.join(left, plus)
        .groupBy([](const Text& value) { return std::pair{value, value}; })
        .count()
        .toStream()
        .to("out", Produced::with(StringSerde{}, LongSerde{}));
  }};
  run.left.pipe(record("a", "x", 10));
  run.left.pipe(record("a", "y", 20));
  EXPECT_THAT((run.driver.output<Text, Long>("out").readAll()),
              ElementsAre(Pair("x+x", 1), Pair("x+x", 2), Pair("x+y", null), Pair("y+y", 1), Pair("y+x", null),
                          Pair("y+y", 2)));
}

TEST(VersionedTable, ForeignKeyJoinsIgnoreUpdatesOfThePast) {
  VersionedTables run{[](const auto& left, const auto& right) {
    left.join(right, [](const Text& value) { return value.substr(0, 1); }, plus).toStream().to("out");
  }};
  run.right.pipe(record("x", "X20", 20));
  run.left.pipe(record("a", "x20", 20));
  run.left.pipe(record("a", "y10", 10));
  run.right.pipe(record("x", "X10", 10));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "x20+X20")));
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(VersionedTable, AnAggregateMayBeVersioned) {
  Pipeline run{drawn([](StreamsBuilder& builder) {
    builder.stream<Text, Text>("in").groupByKey().count(versioned("counts")).toStream().to("out");
  })};
  run.in.pipe(record("a", "x", 20));
  run.in.pipe(record("a", "y", 10));
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 2)));
}

TEST(VersionedTable, IsRestoredFromItsChangelog) {
  VersionedTables run{[](const auto& left, const auto& right) { left.join(right, plus).toStream().to("out"); }};
  run.left.pipe(record("a", "l20", 20));
  run.driver.crashAndRestart();
  run.right.pipe(record("a", "r", 30));
  run.left.pipe(record("a", "l10", 10));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "l20+r")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
