// Memtables of many databases below one limit.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "tests/support/temp_dir.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

class Memtables : public ::testing::Test {
 protected:
  void openEngines(int count) {
    for (int i = 0; i < count; ++i) {
      EngineOptions options;
      options.directory = directory.path() / std::to_string(i);
      options.store = std::to_string(i);
      options.changelog_partition = "changelog-" + std::to_string(i);
      options.resources = resources;
      engines.push_back(persistentKeyValueStore("any").open(options));
    }
  }
  void write(StoreEngine& engine, int entries) {
    StoreBatch batch;
    for (int n = 0; n < entries; ++n) batch.put("key" + std::to_string(n), std::string(500, 'v'));
    engine.apply(batch, ++offset);
  }
  /// RocksDB numbers the files of a database upwards; 0 when it has no table.
  [[nodiscard]] int newestFileOf(std::size_t engine) const {
    int newest = 0;
    for (const auto& file : std::filesystem::directory_iterator{directory.path() / std::to_string(engine)})
      if (file.path().extension() == ".sst") newest = std::max(newest, std::stoi(file.path().stem().string()));
    return newest;
  }
  [[nodiscard]] std::size_t used() const { return memoryOf(*resources).memtables_bytes; }

  static constexpr std::size_t limit = std::size_t{4} << 20;
  TempDir directory;
  std::shared_ptr<EngineResources> resources = makeEngineResources(std::size_t{8} << 20, limit);
  std::vector<std::unique_ptr<StoreEngine>> engines;
  std::int64_t offset = 0;
};

TEST_F(Memtables, StayBelowTheirLimitHoweverManyDatabasesAreWrittenTo) {
  openEngines(24);
  std::size_t most = 0;
  for (int round = 0; round < 20; ++round) {
    for (auto& engine : engines) {
      write(*engine, 100);
      most = std::max(most, used());
    }
  }
  EXPECT_LE(most, limit + limit / 4);
}

TEST_F(Memtables, OfDatabasesThatRestMakeRoomForTheOneThatIsWrittenTo) {
  openEngines(12);
  for (auto& engine : engines) write(*engine, 600);  // about 300 kB each
  std::size_t most = 0;
  for (int round = 0; round < 100; ++round) {
    write(*engines[0], 100);
    most = std::max(most, used());
  }
  EXPECT_LE(most, limit + limit / 4);
  std::size_t resting = 0;
  for (std::size_t i = 1; i < engines.size(); ++i) resting += newestFileOf(i) > 0 ? 1 : 0;
  EXPECT_GT(resting, engines.size() / 2);
  EXPECT_LT(newestFileOf(0), 100) << "it was not flushed at each of its 100 writes, each of which makes two files";
}

TEST_F(Memtables, TakeLittleInADatabaseThatHasLittle) {
  openEngines(16);
  for (auto& engine : engines) write(*engine, 1);
  EXPECT_LE(used() / engines.size(), std::size_t{80} << 10);
}

TEST_F(Memtables, AreToldBesideTheBlockCache) {
  const EngineMemory memory = memoryOf(*resources);
  EXPECT_EQ(memory.memtables_limit, limit);
  EXPECT_EQ(memory.block_cache_limit, std::size_t{8} << 20);
}

}  // namespace
}  // namespace widgetstream
