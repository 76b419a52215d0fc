// Where tables keep their rows: the Materialized's own store, its store type, or the builder's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// Whether the store of a count() keeps files.
bool keepsFiles(const Materialized& materialized, TopologyConfig config = {}) {
  StreamsBuilder builder{std::move(config)};
  builder.stream<Text, Text>("in").groupByKey().count(materialized).toStream().to("out");
  return builder.build().graph().stores.at("counts").persistent;
}
TopologyConfig inMemory() {
  TopologyConfig config;
  config.dsl_store_suppliers = DslStoreSuppliers::inMemory();
  return config;
}

TEST(StoreTypes, AreRocksDbUnlessSomebodySaysOtherwise) {
  EXPECT_TRUE(keepsFiles(Materialized::as("counts")));
}

TEST(StoreTypes, MayBeChosenForAWholeTopology) {
  EXPECT_FALSE(keepsFiles(Materialized::as("counts"), inMemory()));
}

TEST(StoreTypes, AMaterializedMayChooseItsOwn) {
  EXPECT_FALSE(keepsFiles(Materialized::as("counts").withStoreType(DslStoreSuppliers::inMemory())));
  EXPECT_TRUE(keepsFiles(Materialized::as("counts").withStoreType(DslStoreSuppliers::rocksDb()), inMemory()));
}

TEST(StoreTypes, AStoreThatIsNamedGoesFirst) {
  StreamsBuilder builder{inMemory()};
  builder.stream<Text, Text>("in").groupByKey().count(Materialized::as(persistentKeyValueStore("counts"))).toStream().to("out");
  EXPECT_TRUE(builder.build().graph().stores.at("counts").persistent);
}

TEST(StoreTypes, HoldForJoinsToo) {
  StreamsBuilder builder{inMemory()};
  const auto in = builder.stream<Text, Text>("in");
  const auto join = [](const Text& a, const Text& b) { return a + b; };
  in.join(builder.stream<Text, Text>("other"), join, JoinWindows::ofTimeDifferenceWithNoGrace(Milliseconds{5})).to("out");
  in.leftJoin(builder.table<Text, Text>("table"), [](const Text& a, Nullable<Text>) { return a; }).to("out2");
  const Topology topology = builder.build();
  for (const auto& [name, store] : topology.graph().stores) EXPECT_FALSE(store.persistent) << name;
}

TEST(StoreTypes, ASupplierOfOnesOwnIsAskedByName) {
  TopologyConfig config;
  std::vector<Text> asked;
  config.dsl_store_suppliers.key_value_store = [&](const Text& name) {
    asked.push_back(name);
    return inMemoryKeyValueStore(name);
  };
  EXPECT_FALSE(keepsFiles(Materialized::as("counts"), config));
  EXPECT_THAT(asked, ElementsAre("counts"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
