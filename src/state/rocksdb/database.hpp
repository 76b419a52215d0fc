#pragma once

#include <rocksdb/db.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "state/rocksdb/resources.hpp"
#include "state/rocksdb/segment_families.hpp"
#include "state/rocksdb/status.hpp"
#include "widgetstream/state/store_engine.hpp"
#include "widgetstream/state/stores.hpp"

namespace widgetstream::detail {

/// An open RocksDB with its column families; closed when the last walk over it ends.
class Database {
 public:
  /// Errors  as openRocksDbEngine().
  static std::shared_ptr<Database> open(const EngineOptions& options, const RocksDbOptions& limits);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] rocksdb::DB& db() const noexcept { return *db_; }
  /// The entries of a store without segments.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* data() const noexcept { return data_; }
  /// The entries of a store with segments.
  [[nodiscard]] const SegmentFamilies& segments() const noexcept { return segments_; }
  [[nodiscard]] bool segmented() const noexcept { return segment_interval_.has_value(); }
  /// Makes the segment when it is not there.
  [[nodiscard]] SegmentFamilies::Handle segment(std::int64_t number);
  void dropSegmentsBefore(std::int64_t first);
  /// Changelog offset and status, as Java keeps them since 4.3.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* offsets() const noexcept { return offsets_; }
  /// Those without segments.
  [[nodiscard]] const std::vector<rocksdb::ColumnFamilyHandle*>& fixedFamilies() const noexcept { return families_; }
  /// Flushes memtables, of this database or another one of the application, when all of them take too much.
  void relieve() { resources_->relief().relieve(); }
  [[nodiscard]] LoadMemory& loads() const noexcept { return resources_->loads(); }
  /// All of them, for a flush.
  [[nodiscard]] std::vector<rocksdb::ColumnFamilyHandle*> families() const;
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }
  /// Store and directory, for messages.
  [[nodiscard]] const std::string& where() const noexcept { return where_; }

  /// What a read or a write came to. One that found the files damaged is remembered for the store's owner.
  /// Errors  as throwIfFailed()
  void require(const rocksdb::Status& status, RocksDbStep step) const;

  [[nodiscard]] bool isEmpty(rocksdb::ColumnFamilyHandle* family) const;
  /// True if no entry is in any family but `offsets`.
  [[nodiscard]] bool hasNoData() const;

 private:
  Database(std::shared_ptr<EngineResources> resources, std::string where, const EngineOptions& options,
           const RocksDbOptions& limits)
      : resources_(std::move(resources)),
        where_(std::move(where)),
        directory_(options.directory),
        format_(options.format),
        segment_interval_(options.segment_interval),
        limits_(limits) {}
  void adopt(const std::vector<std::string>& names, const std::vector<rocksdb::ColumnFamilyHandle*>& handles);

  std::shared_ptr<EngineResources> resources_;  // the environment must outlive the database
  std::string where_;
  std::filesystem::path directory_;
  ValueFormat format_;
  std::optional<Milliseconds> segment_interval_;
  RocksDbOptions limits_;
  std::unique_ptr<rocksdb::DB> db_;
  SegmentFamilies segments_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::ColumnFamilyHandle* data_ = nullptr;
  rocksdb::ColumnFamilyHandle* offsets_ = nullptr;
};

}  // namespace widgetstream::detail
