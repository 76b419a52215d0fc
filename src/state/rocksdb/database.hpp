#pragma once

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "state/rocksdb/resources.hpp"
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
  /// The entries of the store.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* data() const noexcept { return data_; }
  /// Changelog offset and status, as Java keeps them since 4.3.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* offsets() const noexcept { return offsets_; }
  [[nodiscard]] const std::vector<rocksdb::ColumnFamilyHandle*>& families() const noexcept { return families_; }
  /// Store and directory, for messages.
  [[nodiscard]] const std::string& where() const noexcept { return where_; }

  [[nodiscard]] bool isEmpty(rocksdb::ColumnFamilyHandle* family) const;

 private:
  Database(std::shared_ptr<EngineResources> resources, std::string where)
      : resources_(std::move(resources)), where_(std::move(where)) {}

  std::shared_ptr<EngineResources> resources_;  // the environment must outlive the database
  std::string where_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  rocksdb::ColumnFamilyHandle* data_ = nullptr;
  rocksdb::ColumnFamilyHandle* offsets_ = nullptr;
};

}  // namespace widgetstream::detail
