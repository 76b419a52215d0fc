// RocksDB's directory: laid out like Java's (contract 5.4), private, and refused when it is damaged or not ours.

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>

#include "state/big_endian.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class RocksDbFiles : public ::testing::Test {
 protected:
  static constexpr const char* changelog = "app-store-changelog-0";

  [[nodiscard]] std::unique_ptr<StoreEngine> open(bool timestamped = true, RocksDbOptions limits = {}) const {
    EngineOptions options;
    options.directory = path;
    options.store = "orders";
    options.changelog_partition = changelog;
    options.format = timestamped ? ValueFormat::timestamped : ValueFormat::plain;
    options.log = log;
    return persistentKeyValueStore("orders", limits).open(options);
  }
  void fill(bool timestamped = true) const {
    const auto engine = open(timestamped);
    StoreBatch batch;
    for (int i = 0; i < 1000; ++i) batch.put("key" + std::to_string(i), detail::bigEndian(i) + "value");
    engine->apply(batch, 42);
  }

  /// The message with which opening is refused.
  [[nodiscard]] std::string corrupted(bool timestamped = true) const {
    try {
      const auto engine = open(timestamped);
      for (auto walk = engine->scan({}); walk->valid(); walk->next()) continue;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::store_corrupted) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "was opened and read";
    return {};
  }
  [[nodiscard]] std::vector<fs::path> files(const std::string& part) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().filename().string().find(part) != std::string::npos) found.push_back(entry.path());
    }
    return found;
  }
  static void overwrite(const fs::path& file, std::streamoff at, const std::string& bytes) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(at, at < 0 ? std::ios::end : std::ios::beg);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  TempDir directory;
  fs::path path = directory.path() / "0_0" / "rocksdb" / "orders";
  Logger log;
};

TEST_F(RocksDbFiles, HaveJavasColumnFamiliesOffsetAndStatus) {
  fill();
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  EXPECT_THAT(names, UnorderedElementsAre("default", "keyValueWithTimestamp", "offsets"));

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::OpenForReadOnly({}, path, families, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::map<std::string, rocksdb::ColumnFamilyHandle*> family;
  for (std::size_t i = 0; i < names.size(); ++i) family[names[i]] = handles[i];
  const auto at = [&](const std::string& in, const std::string& key) {
    std::string value = "none";
    static_cast<void>(db->Get({}, family[in], key, &value));
    return value;
  };
  EXPECT_EQ(at("offsets", changelog), detail::bigEndian(42));
  EXPECT_EQ(at("offsets", "status"), detail::bigEndian(0)) << "closed cleanly";
  EXPECT_EQ(at("keyValueWithTimestamp", "key7"), detail::bigEndian(7) + "value");
  EXPECT_EQ(at("default", "key7"), "none");
  for (auto* handle : handles) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
}

TEST_F(RocksDbFiles, OfAPlainStoreKeepItsEntriesInTheDefaultFamily) {
  fill(false);
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  EXPECT_THAT(names, UnorderedElementsAre("default", "offsets"));
  Bytes value;
  EXPECT_TRUE(open(false)->get("key1", value));
}

TEST_F(RocksDbFiles, AreTheirOwnersOnly) {
  fill();
  for (fs::path each = path; each != directory.path(); each = each.parent_path())
    EXPECT_EQ(fs::status(each).permissions(), fs::perms::owner_all) << each;
  ASSERT_FALSE(files(".sst").empty());
  for (const auto& entry : fs::directory_iterator(path))
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << entry.path();
}

TEST_F(RocksDbFiles, AreNotLoggedTwice) {
  fill();
  for (const fs::path& log_file : files(".log")) EXPECT_EQ(fs::file_size(log_file), 0U) << "Kafka is the log";
  EXPECT_TRUE(files("LOG").empty()) << "RocksDB's lines go through our logger";
}

TEST_F(RocksDbFiles, ADirectoryWithOtherFilesIsNoDatabase) {
  fs::create_directories(path);
  std::ofstream(path / "notes.txt") << "hello";
  EXPECT_THAT(corrupted(), AllOf(HasSubstr(path.string()), HasSubstr("orders"), HasSubstr("not a database")));
}

TEST_F(RocksDbFiles, AFileInTheirPlaceIsNoDatabase) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "hello";
  EXPECT_THAT(corrupted(), AllOf(HasSubstr(path.string()), HasSubstr("not a directory")));
}

TEST_F(RocksDbFiles, ALostCurrentIsTold) {
  fill();
  fs::remove(path / "CURRENT");
  EXPECT_THAT(corrupted(), HasSubstr(path.string()));
}

TEST_F(RocksDbFiles, ADamagedManifestIsTold) {
  fill();
  for (const fs::path& manifest : files("MANIFEST")) overwrite(manifest, 10, "garbage garbage");
  EXPECT_THAT(corrupted(), HasSubstr(path.string()));
}

TEST_F(RocksDbFiles, ALostManifestIsTold) {
  fill();
  for (const fs::path& manifest : files("MANIFEST")) fs::remove(manifest);
  EXPECT_THAT(corrupted(), HasSubstr(path.string()));
}

TEST_F(RocksDbFiles, ALostTableIsTold) {
  fill();
  for (const fs::path& table : files(".sst")) fs::remove(table);
  EXPECT_THAT(corrupted(), HasSubstr(path.string()));
}

TEST_F(RocksDbFiles, ADamagedTableIsTold) {
  fill();
  for (const fs::path& table : files(".sst")) overwrite(table, 100, std::string(50, 'x'));
  EXPECT_THAT(corrupted(), HasSubstr(path.string()));
}

TEST_F(RocksDbFiles, ATruncatedTableIsTold) {
  fill();
  for (const fs::path& table : files(".sst")) fs::resize_file(table, fs::file_size(table) / 2);
  EXPECT_THAT(corrupted(), HasSubstr(path.string()));
}

TEST_F(RocksDbFiles, TablesOfANewerRocksDbAreTold) {
  fill();
  // The footer ends in i32 version, little-endian, and eight bytes of magic number.
  for (const fs::path& table : files(".sst")) overwrite(table, -12, std::string("\6\0\0\0", 4));
  EXPECT_THAT(corrupted(), AllOf(HasSubstr("newer RocksDB"), HasSubstr("format_version 6"), HasSubstr("changelog")));
}

TEST_F(RocksDbFiles, OfAnotherKindOfStoreAreTold) {
  fill(true);
  EXPECT_THAT(corrupted(false), HasSubstr("keyValueWithTimestamp"));
}

TEST_F(RocksDbFiles, OfAPlainStoreAreNoTimestampedOnes) {
  fill(false);
  EXPECT_THAT(corrupted(true), HasSubstr("plain store"));
}

TEST_F(RocksDbFiles, WithEntriesButWithoutOffsetAreTold) {
  {
    const auto engine = open();
    StoreBatch batch;
    batch.put("key", detail::bigEndian(1));
    engine->apply(batch, std::nullopt);
  }
  EXPECT_THAT(corrupted(), HasSubstr("no offset"));
}

TEST_F(RocksDbFiles, WithJavasUnknownOffsetAndNoEntriesBeginAnew) {
  open()->apply({}, -4);
  EXPECT_EQ(open()->changelogOffset(), std::nullopt);
}

TEST_F(RocksDbFiles, AreMadeAnewAfterTheyWereDeleted) {
  fill();
  fs::remove_all(path);
  EXPECT_EQ(open()->changelogOffset(), std::nullopt);
}

TEST_F(RocksDbFiles, OpenTwiceAreBusyNotCorrupted) {
  const auto engine = open();
  try {
    static_cast<void>(open());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::retriable) << error.what();
  }
}

TEST_F(RocksDbFiles, SpeakThroughTheLogger) {
  std::mutex mutex;
  std::vector<std::string> lines;
  log = Logger{[&](const LogEntry& entry) {
                 const std::lock_guard lock(mutex);
                 lines.push_back(std::string{toString(entry.level)} + " " + std::string{entry.message});
               },
               "state"};
  fill();
  const std::lock_guard lock(mutex);
  EXPECT_THAT(lines, ::testing::IsEmpty()) << "nothing went wrong";
}

TEST_F(RocksDbFiles, ShareTheMemoryTheyAreGiven) {
  const auto resources = makeEngineResources(std::size_t{8} << 20, std::size_t{1} << 20);
  std::vector<std::unique_ptr<StoreEngine>> engines;
  std::uint64_t memory = 0;
  for (int i = 0; i < 4; ++i) {
    EngineOptions options;
    options.directory = path.parent_path() / std::to_string(i);
    options.store = std::to_string(i);
    options.resources = resources;
    engines.push_back(persistentKeyValueStore("any").open(options));
    StoreBatch batch;
    for (int n = 0; n < 2000; ++n) batch.put("key" + std::to_string(n), std::string(500, 'v'));
    engines.back()->apply(batch, std::nullopt);
    engines.back()->apply({}, std::nullopt);
  }
  // The bound is on all of them: 4 MB were written, and whoever writes next flushes what is above it.
  for (auto& engine : engines) {
    StoreBatch batch;
    batch.put("one", "more");
    engine->apply(batch, std::nullopt);
    engine->flush();
    memory += engine->memoryBytes();
  }
  EXPECT_LT(memory, std::uint64_t{4} << 20);
}

TEST_F(RocksDbFiles, HaveTheOptionsOfRocksDbThatAreAskedFor) {
  open(true, {.column_family_options = {{"compression", "kLZ4Compression"}, {"num_levels", "5"}}})->close();
  rocksdb::DBOptions database;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  ASSERT_TRUE(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions{}, path, &database, &families).ok());
  for (const auto& family : families) {
    const bool holds_data = family.name != "offsets";
    EXPECT_EQ(family.options.compression, holds_data ? rocksdb::kLZ4Compression : rocksdb::kNoCompression)
        << family.name;
    EXPECT_EQ(family.options.num_levels == 5, holds_data) << family.name;
  }
}

TEST_F(RocksDbFiles, AreRefusedWithAnOptionThatRocksDbDoesNotTake) {
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"compresion", "kZSTD"}, {"num_levels", "many"}}) {
    try {
      static_cast<void>(open(true, {.column_family_options = {{name, value}}}));
      ADD_FAILURE() << name << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
      EXPECT_THAT(error.what(), AllOf(HasSubstr("store orders in "), HasSubstr(name + "=" + value)));
    }
  }
}

}  // namespace
}  // namespace widgetstream
