// aggregate(): the values of each key folded into an aggregate of another type, as a table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Long zero() {
  return 0;
}

Topology summed(const BasicMaterialized<>& how) {
  return texts([&](const Texts& in) {
    in.groupByKey()
        .aggregate(
            zero, [](const Text& value, Long sum) { return sum + std::stoll(value); }, how)
        .toStream()
        .to("out");
  });
}

TEST(Aggregate, EachKeyBeginsWithTheInitializer) {
  Pipeline run{summed(Materialized::as("sums"))};
  run.in.pipe("a", "5");
  run.in.pipe("b", "1");
  run.in.pipe("a", "2");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 5), Pair("b", 1), Pair("a", 7)));
}

TEST(Aggregate, HasTheLargestTimestampThatWentIntoIt) {
  Pipeline run{summed(Materialized::as("sums"))};
  run.in.pipe(record("a", "5", 100));
  run.in.pipe(record("a", "2", 40));
  EXPECT_EQ((run.driver.getTimestampedKeyValueStore<Text, Long>("sums").get("a")),
            (ValueAndTimestamp<Long>{7, fromMillis(100)}));
}

TEST(Aggregate, RecordsWithoutKeyOrValueAreDroppedAndCounted) {
  Pipeline run{summed(Materialized::as("sums"))};
  run.in.pipe(null, "5");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent<Long>(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(Aggregate, TheAggregatorMaySeeTheKeyAndTheRecordsPlace) {
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey()
        .aggregate([] { return "at"; },
                   [](const Text& key, const Text& value, const Text& so_far, const RecordContext& at) {
                     return so_far + " " + key + value + "@" + std::to_string(toMillis(at.timestamp()));
                   })
        .toStream()
        .to("out");
  })};
  run.in.pipe(record("k", "x", 3));
  run.in.pipe(record("k", "y", 4));
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "at kx@3"), Pair("k", "at kx@3 ky@4")));
}

TEST(Aggregate, AnEmptyOptionalDeletesAndTheNextValueBeginsWithTheInitializer) {
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey()
        .aggregate(
            zero,
            [](const Text& value, Long sum) {
              return value == "reset" ? std::nullopt : std::optional{sum + std::stoll(value)};
            },
            Materialized::as("sums"))
        .toStream()
        .to("out");
  })};
  for (const char* value : {"5", "reset", "2"}) run.in.pipe("a", value);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 5), Pair("a", null), Pair("a", 2)));
}

/// Several updates of one key within one commit.
Topology manyUpdates(const BasicMaterialized<>& how) {
  return texts([&](const Texts& in) {
    in.flatMapValues([](const Text& value) { return std::vector<Text>(3, value); })
        .groupByKey()
        .aggregate(
            zero, [](const Text& value, Long sum) { return sum + std::stoll(value); }, how)
        .toStream()
        .to("out");
  });
}

TEST(Aggregate, TheCacheForwardsOnlyTheLastUpdateOfACommit) {
  Pipeline run{manyUpdates(Materialized::as("sums"))};
  run.in.pipe("a", "5");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 15)));
  EXPECT_THAT(run.sent<Long>("test-sums-changelog"), ElementsAre(Pair("a", 15)));
}

TEST(Aggregate, WithoutCacheEachUpdateIsForwarded) {
  Pipeline run{manyUpdates(Materialized::as("sums").withCachingDisabled())};
  run.in.pipe("a", "5");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 5), Pair("a", 10), Pair("a", 15)));
  EXPECT_THAT(run.sent<Long>("test-sums-changelog"), SizeIs(3));
}

TEST(Aggregate, AnAggregateWithoutSerdeIsRefusedByStoreAndType) {
  struct Undescribed {};
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                static_cast<void>(builder.stream<Text, Text>("in").groupByKey().aggregate(
                    [] { return Undescribed{}; }, [](const Text&, const Undescribed& so_far) { return so_far; },
                    Materialized::as("sums")));
              }),
              AllOf(HasSubstr("'sums' needs a serde for"), HasSubstr("Undescribed"), HasSubstr("Materialized")));
}

TEST(Aggregate, MaterializedMayNameTheSerde) {
  struct Total {
    Long value = 0;
  };
  struct TotalSerde {
    void encode(const Total& total, Bytes& out) const { out += "total " + std::to_string(total.value); }
    [[nodiscard]] Total decode(BytesView bytes) const { return {std::stoll(Text{bytes.substr(6)})}; }
  };
  Pipeline run{texts([](const Texts& in) {
    in.groupByKey()
        .aggregate([] { return Total{}; },
                   [](const Text& value, const Total& so_far) { return Total{so_far.value + std::stoll(value)}; },
                   Materialized::as("totals").withValueSerde(TotalSerde{}))
        .toStream()
        .to("out", Produced{});
  })};
  run.in.pipe("a", "5");
  run.in.pipe("a", "2");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "total 5"), Pair("a", "total 7")));
}

}  // namespace
}  // namespace widgetstream::dsl_test
