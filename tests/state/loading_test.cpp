// What a RocksDB engine makes of a changelog that is read back: table files instead of memtables.

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "state/rocksdb/load_memory.hpp"
#include "tests/support/death_test_directory.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

namespace fs = std::filesystem;
using Model = std::map<std::string, std::string>;

constexpr std::size_t mebi = std::size_t{1} << 20;

std::unique_ptr<StoreEngine> openAt(const fs::path& directory, std::shared_ptr<EngineResources> resources) {
  EngineOptions options;
  options.directory = directory;
  options.store = "counts";
  options.changelog_partition = "app-counts-changelog-0";
  options.resources = std::move(resources);
  return persistentKeyValueStore("counts").open(options);
}

Model contents(const StoreEngine& engine) {
  Model all;
  for (const auto walk = engine.scan({}); walk->valid(); walk->next()) all.emplace(walk->key(), walk->value());
  return all;
}

/// A changelog: the record at an offset is the same in every process.
struct Change {
  std::string key;
  NullableBytes value;
};
Change changeAt(std::int64_t offset) {
  std::mt19937_64 random{static_cast<std::uint64_t>(offset)};
  std::string key = "customer-" + std::to_string(random() % 20'000);
  if (random() % 10 == 0) return {std::move(key), std::nullopt};
  return {std::move(key), std::to_string(offset) + std::string(random() % 200, 'v')};
}

StoreBatch batchOf(std::int64_t first, std::int64_t last) {
  StoreBatch batch;
  for (std::int64_t offset = first; offset < last; ++offset) {
    const Change change = changeAt(offset);
    change.value ? batch.put(change.key, *change.value) : batch.erase(change.key);
  }
  return batch;
}

void load(StoreEngine& engine, std::int64_t first, std::int64_t last) {
  constexpr std::int64_t at_once = 500;
  for (std::int64_t from = first; from < last; from += at_once) {
    const std::int64_t to = std::min(from + at_once, last);
    engine.load(batchOf(from, to), to - 1);
  }
}

Model modelOf(std::int64_t records) {
  Model model;
  for (std::int64_t offset = 0; offset < records; ++offset) {
    Change change = changeAt(offset);
    if (change.value) {
      model[change.key] = *change.value;
    } else {
      model.erase(change.key);
    }
  }
  return model;
}

TEST(LoadMemory, IsSharedByThoseThatGatherAndEndsForAllTogether) {
  detail::LoadMemory loads{8 * mebi};  // of which loads have three
  EXPECT_TRUE(loads.hasRoomFor(loads.changed(0, 2 * mebi)));
  EXPECT_FALSE(loads.hasRoomFor(3 * mebi));
  EXPECT_FALSE(loads.hasRoomFor(loads.changed(0, 2 * mebi))) << "a half is what each of two has";
  EXPECT_EQ(loads.changed(2 * mebi, mebi / 2), mebi / 2);
  EXPECT_TRUE(loads.hasRoomFor(mebi / 2));
  loads.changed(0, mebi / 2);
  EXPECT_FALSE(loads.hasRoomFor(mebi / 2)) << "all three mebibytes are taken";
  loads.changed(2 * mebi, 0);
  EXPECT_TRUE(loads.hasRoomFor(mebi / 2)) << "room again, and the share of two";
  EXPECT_EQ(loads.bytes(), mebi);
}

class Loading : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<StoreEngine> open() const { return openAt(place(), resources); }
  [[nodiscard]] fs::path place() const { return directory.path() / "counts"; }
  [[nodiscard]] std::vector<fs::path> tables() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{place()}) {
      if (entry.path().extension() == ".sst") found.push_back(entry.path());
    }
    return found;
  }
  [[nodiscard]] std::size_t memory() const { return memoryOf(*resources).memtables_bytes; }

  TempDir directory;
  std::shared_ptr<EngineResources> resources = makeEngineResources(8 * mebi, 16 * mebi);
};

TEST_F(Loading, LeavesTheNewestOfEachKey) {
  constexpr std::int64_t records = 100'000;
  const auto engine = open();
  load(*engine, 0, records);
  EXPECT_EQ(engine->changelogOffset(), records - 1);
  EXPECT_EQ(contents(*engine), modelOf(records));
}

TEST_F(Loading, IsThereAfterACloseTooWithItsOffset) {
  constexpr std::int64_t records = 60'000;
  {
    const auto engine = open();
    load(*engine, 0, records);
    engine->close();
  }
  const auto engine = open();
  EXPECT_EQ(engine->changelogOffset(), records - 1);
  EXPECT_EQ(contents(*engine), modelOf(records));
}

TEST_F(Loading, GoesOnWhereABatchOrAnotherLoadHasEnded) {
  const auto engine = open();
  load(*engine, 0, 30'000);
  engine->apply(batchOf(30'000, 30'100), 30'099);
  load(*engine, 30'100, 60'000);
  engine->apply(batchOf(60'000, 60'001), 60'000);
  load(*engine, 60'001, 60'003);
  EXPECT_EQ(contents(*engine), modelOf(60'003));
  EXPECT_EQ(engine->changelogOffset(), 60'002);
}

TEST_F(Loading, MakesTablesAndNoMemtables) {
  const auto engine = open();
  const std::size_t before = memory();
  load(*engine, 0, 50'000);
  engine->endLoad();
  EXPECT_GE(tables().size(), 2U) << "of entries, and of the offset";
  EXPECT_LT(memory(), before + mebi / 4);
  for (const fs::path& table : tables()) {
    struct stat status {};
    ASSERT_EQ(::stat(table.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U) << table;
  }
}

TEST_F(Loading, OfFewRecordsMakesNoFile) {
  const auto engine = open();
  load(*engine, 0, 100);
  EXPECT_EQ(contents(*engine), modelOf(100));
  EXPECT_TRUE(tables().empty());
}

TEST_F(Loading, OfManyStoresTogetherTakesNoMoreThanMemtablesMay) {
  std::vector<std::unique_ptr<StoreEngine>> engines;
  for (int i = 0; i < 12; ++i) engines.push_back(openAt(directory.path() / std::to_string(i), resources));
  std::size_t most = 0;
  for (std::int64_t from = 0; from < 20'000; from += 500) {
    for (const auto& engine : engines) {
      load(*engine, from, from + 500);
      most = std::max(most, memory());
    }
  }
  EXPECT_GT(most, mebi) << "it is counted";
  EXPECT_LE(most, 16 * mebi);
  for (const auto& engine : engines) engine->endLoad();
  const std::size_t ended = memory();
  for (const auto& engine : engines) EXPECT_EQ(contents(*engine), modelOf(20'000));
  for (const auto& engine : engines) engine->close();
  EXPECT_LT(memory(), ended);
}

TEST_F(Loading, OfStoresOneAfterAnotherTakesNoMoreThanThat) {
  std::vector<std::unique_ptr<StoreEngine>> engines;
  std::size_t most = 0;
  for (int i = 0; i < 12; ++i) {
    engines.push_back(openAt(directory.path() / std::to_string(i), resources));
    for (std::int64_t from = 0; from < 20'000; from += 500) {
      load(*engines.back(), from, from + 500);
      most = std::max(most, memory());
    }
  }
  EXPECT_GT(most, mebi);
  EXPECT_LE(most, 16 * mebi);
}

TEST_F(Loading, ShowsReadersEverythingWhileItGoesOn) {
  const auto engine = open();
  std::atomic<std::int64_t> loaded = 0;
  std::atomic<bool> done = false;
  std::atomic<int> missing = 0;
  std::jthread reader{[&] {
    Bytes value;
    while (!done) {
      const std::int64_t before = loaded;
      if (before > 0 && !engine->get("number " + std::to_string(before - 1), value)) ++missing;
      std::this_thread::yield();
    }
  }};
  for (std::int64_t n = 0; n < 3'000; ++n) {
    StoreBatch batch;
    batch.put("number " + std::to_string(n), std::string(2'000, 'v'));
    engine->load(batch, n);
    loaded = n + 1;
  }
  done = true;
  reader.join();
  EXPECT_EQ(missing, 0);
  EXPECT_EQ(contents(*engine).size(), 3'000U);
}

TEST_F(Loading, WhatCannotBeWrittenStaysUntilItCan) {
  const auto engine = open();
  const fs::path in_the_way = place() / "restored-data.sst" / "anything";
  fs::create_directories(in_the_way);
  StoreBatch batch;
  for (int n = 0; n < 2'000; ++n) batch.put("number " + std::to_string(n), std::string(1'000, 'v'));
  engine->load(batch, 1'999);
  Bytes value;
  EXPECT_THROW((void)engine->get("number 7", value), Error);
  EXPECT_THROW(engine->endLoad(), Error);
  fs::remove_all(in_the_way.parent_path());
  EXPECT_TRUE(engine->get("number 7", value));
  EXPECT_EQ(contents(*engine).size(), 2'000U);
}

TEST_F(Loading, WhatACrashInTheMiddleHasLeftIsRemoved) {
  open()->close();
  const fs::path left = place() / "restored-data.sst";
  std::ofstream{left} << "half a table";
  const auto engine = open();
  EXPECT_FALSE(fs::exists(left));
}

class LoadingDeathTest : public DeathTestDirectory {
 protected:
  static std::unique_ptr<StoreEngine> open() {
    return openAt(path() / "counts", makeEngineResources(8 * mebi, 16 * mebi));
  }
  /// What is there must be the changelog up to the offset that is there.
  static std::int64_t expectWhole(const StoreEngine& engine) {
    const std::int64_t records = engine.changelogOffset().value_or(-1) + 1;
    EXPECT_TRUE(contents(engine) == modelOf(records)) << "after " << records << " records";
    return records;
  }
  /// Some of it through memtables, which a crash loses, and some of it not.
  [[noreturn]] static void loadAndExit() {
    const auto engine = open();
    engine->apply(batchOf(0, 300), 299);
    load(*engine, 300, 70'000);
    ::_exit(0);
  }
  [[noreturn]] static void loadUntilKilled() {
    const auto engine = open();
    const std::int64_t records = expectWhole(*engine);
    if (::testing::Test::HasFailure()) ::_exit(1);
    std::atomic<std::int64_t> loaded = 0;
    std::jthread killer{[&] {
      static_cast<void>(waitUntil([&] { return loaded > 40'000; }));
      std::random_device random;
      std::this_thread::sleep_for(std::chrono::microseconds{random() % 50'000});
      ::kill(::getpid(), SIGKILL);
    }};
    const std::int64_t round = (records + 99) / 100 * 100;
    load(*engine, records, round);
    for (std::int64_t from = round; from < 100'000'000; from += 100) {
      // Memtables and tables take turns.
      if (from % 10'000 == 0) engine->apply(batchOf(from, from + 50), from + 49);
      load(*engine, from % 10'000 == 0 ? from + 50 : from, from + 100);
      loaded += 100;
    }
    ::_exit(2);
  }
};

TEST_F(LoadingDeathTest, ACrashLosesNothingOlderThanWhatItLeaves) {
  EXPECT_EXIT(loadAndExit(), ::testing::ExitedWithCode(0), "");
  EXPECT_GT(expectWhole(*open()), 300);
}

TEST_F(LoadingDeathTest, KilledAtRandomMomentsContentAndOffsetAgree) {
  for (int round = 0; round < 4; ++round) EXPECT_EXIT(loadUntilKilled(), ::testing::KilledBySignal(SIGKILL), "");
  EXPECT_GT(expectWhole(*open()), 0);
}

}  // namespace
}  // namespace widgetstream
