// What every store engine promises: state/store_engine.hpp.

#include <atomic>
#include <thread>

#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct EngineCase {
  std::string name;
  KeyValueStoreSupplier (*supplier)();
};

KeyValueStoreSupplier rocksDb() {
  return persistentKeyValueStore("store");
}
KeyValueStoreSupplier memory() {
  return inMemoryKeyValueStore("store");
}

class EngineContract : public ::testing::TestWithParam<EngineCase> {
 protected:
  std::unique_ptr<StoreEngine> open(bool timestamped = true) {
    EngineOptions options;
    options.directory = directory.path() / "0_0" / "rocksdb" / "store";
    options.store = "store";
    options.changelog_partition = "app-store-changelog-0";
    options.format = timestamped ? ValueFormat::timestamped : ValueFormat::plain;
    return supplier.open(options);
  }

  static void apply(StoreEngine& engine, const Pairs& puts, const std::vector<std::string>& erased = {},
                    std::optional<std::int64_t> offset = std::nullopt) {
    StoreBatch batch;
    for (const auto& [key, value] : puts) batch.put(key, value);
    for (const auto& key : erased) batch.erase(key);
    engine.apply(batch, offset);
  }
  static Pairs rest(EngineIterator& walk) {
    Pairs pairs;
    for (; walk.valid(); walk.next()) pairs.emplace_back(walk.key(), walk.value());
    return pairs;
  }
  static Pairs scan(const StoreEngine& engine, ScanBounds bounds = {}) { return rest(*engine.scan(bounds)); }
  static ScanBounds bounds(std::optional<Bytes> from, std::optional<Bytes> to, bool inclusive = true,
                           bool reverse = false) {
    return {std::move(from), std::move(to), inclusive, reverse};
  }

  TempDir directory;
  KeyValueStoreSupplier supplier = GetParam().supplier();
};

TEST_P(EngineContract, ReturnsTheNewestValueOfAKey) {
  const auto engine = open();
  apply(*engine, {{"a", "1"}});
  apply(*engine, {{"a", "2"}});
  Bytes value = "left over";
  ASSERT_TRUE(engine->get("a", value));
  EXPECT_EQ(value, "2");
}

TEST_P(EngineContract, HasNoValueForAKeyThatWasNeverPutOrWasErased) {
  const auto engine = open();
  Bytes value;
  EXPECT_FALSE(engine->get("a", value));
  apply(*engine, {{"a", "1"}});
  apply(*engine, {}, {"a"});
  EXPECT_FALSE(engine->get("a", value));
}

TEST_P(EngineContract, KeepsEmptyKeysAndValuesAndBytesOfAllKinds) {
  const auto engine = open();
  const std::string zero("\0x\0", 3);
  apply(*engine, {{"", ""}, {zero, "z"}, {"\xff\xff", "f"}});
  EXPECT_THAT(scan(*engine), ElementsAre(Pair("", ""), Pair(zero, "z"), Pair("\xff\xff", "f")));
}

TEST_P(EngineContract, OrdersKeysAsUnsignedBytes) {
  const auto engine = open();
  apply(*engine, {{"\x80", "3"}, {"b", "2"}, {"ab", "1"}, {"a", "0"}});
  EXPECT_THAT(scan(*engine), ElementsAre(Pair("a", "0"), Pair("ab", "1"), Pair("b", "2"), Pair("\x80", "3")));
}

TEST_P(EngineContract, ScansWithinItsBounds) {
  const auto engine = open();
  apply(*engine, {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
  EXPECT_THAT(scan(*engine, bounds("b", "c")), ElementsAre(Pair("b", "2"), Pair("c", "3")));
  EXPECT_THAT(scan(*engine, bounds("b", "c", false)), ElementsAre(Pair("b", "2")));
  EXPECT_THAT(scan(*engine, bounds("bb", std::nullopt)), ElementsAre(Pair("c", "3"), Pair("d", "4")));
  EXPECT_THAT(scan(*engine, bounds(std::nullopt, "aa")), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(scan(*engine, bounds("c", "b")), IsEmpty());
  EXPECT_THAT(scan(*engine, bounds("b", "b", false)), IsEmpty());
}

TEST_P(EngineContract, ScansBackwards) {
  const auto engine = open();
  apply(*engine, {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
  EXPECT_THAT(scan(*engine, bounds("b", "c", true, true)), ElementsAre(Pair("c", "3"), Pair("b", "2")));
  EXPECT_THAT(scan(*engine, bounds("b", "c", false, true)), ElementsAre(Pair("b", "2")));
  EXPECT_THAT(scan(*engine, bounds("c", std::nullopt, true, true)), ElementsAre(Pair("d", "4"), Pair("c", "3")));
  EXPECT_THAT(scan(*engine, bounds(std::nullopt, "aa", true, true)), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(scan(*engine, bounds("x", "y", true, true)), IsEmpty());
}

TEST_P(EngineContract, ScansAPrefixUpToTheGreatestByte) {
  const auto engine = open();
  apply(*engine, {{"a", "0"}, {"a\xff", "1"}, {"a\xff\xff", "2"}, {"b", "3"}, {"\xff", "4"}, {"\xff\xff", "5"}});
  EXPECT_THAT(scan(*engine, prefixBounds("a\xff")), ElementsAre(Pair("a\xff", "1"), Pair("a\xff\xff", "2")));
  EXPECT_THAT(scan(*engine, prefixBounds("\xff")), ElementsAre(Pair("\xff", "4"), Pair("\xff\xff", "5")));
  EXPECT_EQ(scan(*engine, prefixBounds("")).size(), 6U);
}

TEST_P(EngineContract, AWalkSeesTheStateItBeganWith) {
  const auto engine = open();
  apply(*engine, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  const auto walk = engine->scan({});
  const auto backwards = engine->scan(bounds(std::nullopt, std::nullopt, true, true));
  apply(*engine, {{"b", "changed"}, {"bb", "new"}}, {"a", "c"});
  apply(*engine, {{"a", "again"}}, {"b"});
  EXPECT_THAT(rest(*walk), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "3")));
  EXPECT_THAT(rest(*backwards), ElementsAre(Pair("c", "3"), Pair("b", "2"), Pair("a", "1")));
  EXPECT_THAT(scan(*engine), ElementsAre(Pair("a", "again"), Pair("bb", "new")));
}

TEST_P(EngineContract, WalksOfDifferentAgesEachSeeTheirOwnState) {
  const auto engine = open();
  std::vector<std::unique_ptr<EngineIterator>> walks;
  for (int i = 0; i < 5; ++i) {
    apply(*engine, {{"k", std::to_string(i)}}, i % 2 ? std::vector<std::string>{"odd"} : std::vector<std::string>{});
    if (i % 2 == 0) apply(*engine, {{"odd", std::to_string(i)}});
    walks.push_back(engine->scan({}));
  }
  walks.erase(walks.begin() + 2);
  apply(*engine, {}, {"k", "odd"});
  EXPECT_THAT(rest(*walks[0]), ElementsAre(Pair("k", "0"), Pair("odd", "0")));
  EXPECT_THAT(rest(*walks[1]), ElementsAre(Pair("k", "1")));
  EXPECT_THAT(rest(*walks[2]), ElementsAre(Pair("k", "3")));
  EXPECT_THAT(rest(*walks[3]), ElementsAre(Pair("k", "4"), Pair("odd", "4")));
  walks.clear();
  EXPECT_THAT(scan(*engine), IsEmpty());
}

TEST_P(EngineContract, AWalkOutlivesTheEngine) {
  auto engine = open();
  apply(*engine, {{"a", "1"}, {"b", "2"}});
  const auto walk = engine->scan({});
  engine->close();
  engine.reset();
  EXPECT_THAT(rest(*walk), ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST_P(EngineContract, RefusesCallsAfterClose) {
  const auto engine = open();
  engine->close();
  engine->close();
  Bytes value;
  const auto refused = [](auto call) {
    try {
      call();
    } catch (const Error& error) {
      return error.kind() == ErrorKind::not_available;
    }
    return false;
  };
  EXPECT_TRUE(refused([&] { static_cast<void>(engine->get("a", value)); }));
  EXPECT_TRUE(refused([&] { static_cast<void>(engine->scan({})); }));
  EXPECT_TRUE(refused([&] { engine->apply({}, 1); }));
  EXPECT_TRUE(refused([&] { engine->load({}, 1); }));
}

TEST_P(EngineContract, RemembersTheOffsetOfTheNewestBatchThatHadOne) {
  const auto engine = open();
  EXPECT_EQ(engine->changelogOffset(), std::nullopt);
  apply(*engine, {{"a", "1"}}, {}, 7);
  EXPECT_EQ(engine->changelogOffset(), 7);
  apply(*engine, {{"a", "2"}});
  EXPECT_EQ(engine->changelogOffset(), 7);
  engine->apply({}, 9);
  EXPECT_EQ(engine->changelogOffset(), 9);
}

TEST_P(EngineContract, ShowsWhatWasLoadedInEveryWayOfReading) {
  const auto engine = open();
  const auto load = [&](const std::string& key, const NullableBytes& value, std::int64_t offset) {
    StoreBatch batch;
    value ? batch.put(key, *value) : batch.erase(key);
    engine->load(batch, offset);
  };
  load("", "nothing", 0);
  load("a", "1", 1);
  load("b", "2", 2);
  EXPECT_EQ(engine->changelogOffset(), 2);
  EXPECT_EQ(engine->approximateEntries(), 3U);
  load("a", "3", 3);
  Bytes value;
  ASSERT_TRUE(engine->get("a", value));
  EXPECT_EQ(value, "3");
  load("b", std::nullopt, 4);
  EXPECT_THAT(scan(*engine), ElementsAre(Pair("", "nothing"), Pair("a", "3")));
  load("c", "5", 5);
  apply(*engine, {{"c", "6"}}, {}, 6);
  engine->endLoad();
  EXPECT_THAT(scan(*engine), ElementsAre(Pair("", "nothing"), Pair("a", "3"), Pair("c", "6")));
  EXPECT_EQ(engine->changelogOffset(), 6);
}

TEST_P(EngineContract, RemembersThePositionOfTheNewestBatchThatHadOne) {
  const auto engine = open();
  EXPECT_EQ(engine->position(), std::nullopt);
  StoreBatch batch;
  batch.setPosition("of the inputs");
  engine->apply(batch, std::nullopt);
  apply(*engine, {{"b", "2"}}, {});
  EXPECT_EQ(engine->position(), "of the inputs");
}

TEST_P(EngineContract, CountsItsEntriesRoughlyAndKnowsItsMemory) {
  const auto engine = open();
  Pairs pairs;
  for (int i = 0; i < 1000; ++i) pairs.emplace_back(std::to_string(i), "v");
  apply(*engine, pairs);
  EXPECT_EQ(engine->approximateEntries(), 1000U);
  EXPECT_GT(engine->memoryBytes(), 1000U);
}

TEST_P(EngineContract, ShowsOtherThreadsWholeBatchesOnly) {
  const auto engine = open();
  apply(*engine, {{"a", "0"}, {"b", "0"}});
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      Bytes value;
      while (!done) {
        const Pairs pairs = scan(*engine);
        if (pairs.size() != 2 || pairs[0].second != pairs[1].second) ++torn;
        if (!engine->get("a", value)) ++torn;
      }
    });
  }
  for (int i = 0; i < 500; ++i) apply(*engine, {{"a", std::to_string(i)}, {"b", std::to_string(i)}});
  done = true;
  readers.clear();
  EXPECT_EQ(torn, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineContract,
                         ::testing::Values(EngineCase{"rocksdb", rocksDb}, EngineCase{"memory", memory}),
                         [](const auto& made) { return made.param.name; });

}  // namespace
}  // namespace widgetstream
