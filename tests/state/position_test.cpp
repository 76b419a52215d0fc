// Position: which records of its inputs a store contains.
#include "widgetstream/state/position.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/state/fake_context.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/store_builders.hpp"
#include "widgetstream/state/versioned_store_builders.hpp"
#include "widgetstream/state/window_store_builders.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::IsEmpty;
using Text = std::string;

Position at(const Text& topic, std::int32_t partition, std::int64_t offset) {
  return Position{}.withComponent(topic, partition, offset);
}

TEST(Position, KeepsTheLargestOffsetOfEachPartition) {
  Position position = at("orders", 0, 7).withComponent("orders", 0, 5).withComponent("orders", 1, 0);
  EXPECT_EQ(position.partitionPositions("orders"), (Position::Offsets{{0, 7}, {1, 0}}));
  EXPECT_THAT(position.partitionPositions("sensors"), IsEmpty());
  position.merge(at("orders", 1, 3).withComponent("sensors", 0, 1).withComponent("orders", 0, 2));
  EXPECT_EQ(position.topics(), (Position::Topics{{"orders", {{0, 7}, {1, 3}}}, {"sensors", {{0, 1}}}}));
}

TEST(Position, ReachesABoundWhenEverythingItNamesOfThePartitionIsThere) {
  const Position position = at("orders", 0, 7).withComponent("sensors", 0, 1);
  EXPECT_TRUE(position.reaches({}, 0));
  EXPECT_TRUE(position.reaches(at("orders", 0, 7), 0));
  EXPECT_FALSE(position.reaches(at("orders", 0, 8), 0));
  EXPECT_TRUE(position.reaches(at("orders", 1, 8), 0)) << "bounds of other partitions are not this store's";
  EXPECT_FALSE(position.reaches(at("orders", 1, 8), 1)) << "nothing of it has been seen";
  EXPECT_FALSE(position.reaches(at("orders", 0, 1).withComponent("sensors", 0, 2), 0));
}

TEST(Position, HasJavasBytes) {
  EXPECT_EQ(Position{}.encode(), "\0\0\0\0\0"s);
  const Bytes bytes =
      "\0\0\0\0\1\0\0\0\2in\0\0\0\2\0\0\0\0\0\0\0\0\0\0\1\2\0\0\0\3\0\0\0\0\0\0\0\0"s;
  const Position position = at("in", 0, 258).withComponent("in", 3, 0);
  EXPECT_EQ(position.encode(), bytes);
  EXPECT_EQ(Position::decode(bytes), position);
  EXPECT_EQ(Position::decode(bytes + Bytes(200, '\0')), position) << "Java keeps more bytes than it fills";
}

TEST(Position, RefusesBytesThatAreNone) {
  const Bytes good = at("in", 0, 258).encode();
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_THROW((void)Position::decode(good.substr(0, size)), Error);
  EXPECT_THROW((void)Position::decode(good + "x"), Error);
  EXPECT_THROW((void)Position::decode("\1" + good.substr(1)), Error);
}

/// A store of any kind, changed by records of an input.
class PositionOfStores : public ::testing::TestWithParam<Text> {
 protected:
  void SetUp() override { store->open(context); }

  static StoreBuilder builder() {
    if (GetParam() == "key_value") return keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("store"));
    if (GetParam() == "cached") {
      return timestampedKeyValueStoreBuilder<Text, Text>(persistentKeyValueStore("store"))
          .withCachingEnabled();
    }
    if (GetParam() == "window")
      return windowStoreBuilder<Text, Text>(persistentWindowStore("store", 2min, 10s, false));
    return versionedKeyValueStoreBuilder<Text, Text>(persistentVersionedKeyValueStore("store", 10min));
  }
  static std::unique_ptr<StateStore> make() {
    const StoreBuilder with = builder();
    return with.make(with);
  }
  void put(std::int32_t partition, std::int64_t offset) {
    context.record_topic = "input";
    context.record_partition = partition;
    context.record_offset = offset;
    if (auto* plain = dynamic_cast<KeyValueStore<Text, Text>*>(store.get())) return plain->put("k", "v");
    if (auto* timed = dynamic_cast<TimestampedKeyValueStore<Text, Text>*>(store.get()))
      return timed->put("k", ValueAndTimestamp<Text>{"v", fromMillis(1)});
    if (auto* windows = dynamic_cast<WindowStore<Text, Text>*>(store.get()))
      return windows->put("k", "v", fromMillis(1));
    static_cast<void>(dynamic_cast<VersionedKeyValueStore<Text, Text>&>(*store).put("k", Text{"v"}, fromMillis(offset)));
  }
  void commit() {
    store->flushCache();
    store->commit(context.lastOffset());
  }

  TempDir directory;
  FakeStoreContext context{directory.path()};
  std::unique_ptr<StateStore> store = make();
};

TEST_P(PositionOfStores, IsThatOfTheRecordsThatChangedThem) {
  EXPECT_EQ(store->position(), Position{});
  put(2, 10);
  put(2, 12);
  put(1, 3);
  put(2, 11);
  EXPECT_EQ(store->position(), at("input", 2, 12).withComponent("input", 1, 3));
  put(-1, -1);
  EXPECT_EQ(store->position(), at("input", 2, 12).withComponent("input", 1, 3)) << "a punctuation is no record";
}

TEST_P(PositionOfStores, IsCommittedAndDiscardedWithTheirChanges) {
  put(0, 1);
  commit();
  put(0, 2);
  store->discard();
  EXPECT_EQ(store->position(), at("input", 0, 1));
  put(0, 2);
  commit();
  put(0, 3);
  store->close();
  store->open(context);
  EXPECT_EQ(store->position(), at("input", 0, 2));
}

TEST_P(PositionOfStores, IsNotInTheirChangelog) {
  put(0, 1);
  commit();
  store->close();
  std::filesystem::remove_all(directory.path() / "rocksdb");
  store->open(context);
  restoreFrom(context.changelog, *store);
  EXPECT_EQ(store->position(), Position{});
}

INSTANTIATE_TEST_SUITE_P(Kinds, PositionOfStores, ::testing::Values("key_value", "cached", "window", "versioned"),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace widgetstream
