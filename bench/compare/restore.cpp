// restore: a store of as many keys as there are records is read back from its changelog, and then asked.

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>

#include "bench/compare/streams_run.hpp"
#include "bench/compare/workload.hpp"
#include "bench/support/hand_clients.hpp"
#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

constexpr std::int64_t gets = 80'000;

std::string changelogOf(const Run& run) {
  return run.application_id + "-counts-changelog";
}

std::string keyOf(std::int64_t number) {
  return "customer-" + std::to_string(number);
}

/// Only reads.
void readByHand(const Run& run, Progress& progress, RunNotes&) {
  HandConsumer consumer{run.bootstrap_servers, changelogOf(run), run.partitions};
  consumer.run(progress, [](const HandRecord&) {}, [] {});
}

std::vector<std::filesystem::path> databasesBelow(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
    if (entry.path().filename() == "CURRENT") found.push_back(entry.path().parent_path());
  }
  return found;
}

/// A store's database as the application left it, opened by hand.
class LeftDatabase {
 public:
  explicit LeftDatabase(const std::filesystem::path& directory) {
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.block_cache = rocksdb::NewLRUCache(std::size_t{50} << 20);
    rocksdb::Options options;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    std::vector<std::string> names;
    require(rocksdb::DB::ListColumnFamilies(options, directory, &names));
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) families.emplace_back(name, options);
    rocksdb::DB* opened = nullptr;
    require(rocksdb::DB::Open(options, directory, families, &families_, &opened));
    db_.reset(opened);
    for (rocksdb::ColumnFamilyHandle* family : families_) {
      if (family->GetName() == "keyValueWithTimestamp") data_ = family;
    }
    if (data_ == nullptr) throw std::runtime_error{directory.string() + " is not the database of a timestamped store"};
  }
  ~LeftDatabase() {
    for (rocksdb::ColumnFamilyHandle* family : families_) (void)db_->DestroyColumnFamilyHandle(family);
  }
  LeftDatabase(const LeftDatabase&) = delete;
  LeftDatabase& operator=(const LeftDatabase&) = delete;

  [[nodiscard]] bool has(const std::string& key) {
    value_.Reset();
    return db_->Get({}, data_, key, &value_).ok();
  }
  void compact() {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    require(db_->CompactRange(options, data_, nullptr, nullptr));
  }

 private:
  static void require(const rocksdb::Status& status) {
    if (!status.ok()) throw std::runtime_error{"RocksDB: " + status.ToString()};
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::ColumnFamilyHandle* data_ = nullptr;
  rocksdb::PinnableSlice value_;
};

/// Each database has a share of the keys, so each get asks all of them: most of the answers are misses.
double secondsOfGets(std::vector<std::unique_ptr<LeftDatabase>>& databases, std::int64_t keys) {
  std::mt19937_64 random{42};
  std::uniform_int_distribution<std::int64_t> any{0, keys - 1};
  std::int64_t found = 0;
  const auto began = Progress::Clock::now();
  for (std::int64_t i = 0; i < gets; ++i) {
    const std::string key = keyOf(any(random));
    for (const auto& database : databases) found += database->has(key) ? 1 : 0;
  }
  const std::chrono::duration<double> took = Progress::Clock::now() - began;
  if (found != gets) throw std::runtime_error{"the restored store lacks keys"};
  return took.count();
}

double getsRatio(const Run& run) {
  std::vector<std::unique_ptr<LeftDatabase>> databases;
  for (const auto& directory : databasesBelow(run.state_directory))
    databases.push_back(std::make_unique<LeftDatabase>(directory));
  (void)secondsOfGets(databases, run.records);  // both find their blocks read
  const double left = secondsOfGets(databases, run.records);
  for (const auto& database : databases) database->compact();
  (void)secondsOfGets(databases, run.records);
  return left / secondsOfGets(databases, run.records);
}

void restoreStore(const Run& run, Progress& progress, RunNotes& notes) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>(run.input)
      .groupByKey()
      .count(Materialized::as("counts"))
      .toStream()
      .to(run.output);
  restoreStreams(builder.build(), run, progress, notes);
  notes.gets_ratio = getsRatio(run);
}

KafkaTestRecord entryOf(std::int64_t number) {
  return {.key = keyOf(number), .value = std::string(7, '\0') + '\x01', .headers = {}, .timestamp_ms = 1'700'000'000'000};
}

}  // namespace

void addRestore(std::vector<Workload>& to) {
  to.push_back({.name = "restore",
                .load = [](BenchBroker& broker, const Run& run) { broker.createTopic(run.input); },
                .prepare =
                    [](BenchBroker& broker, const Run& run) {
                      broker.createTopic(changelogOf(run));
                      broker.add(changelogOf(run), run.records, entryOf);
                    },
                .ways = {{"hand", readByHand}, {"widgetstream", restoreStore}}});
}
