#include "state/rocksdb/table_files.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/sst_file_writer.h>

#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "state/big_endian.hpp"
#include "state/rocksdb/database.hpp"
#include "state/rocksdb/key_order.hpp"
#include "state/rocksdb/status.hpp"

namespace widgetstream::detail {
namespace {

// RocksDB leaves files alone whose names it does not know.
constexpr const char* data_file = "restored-data.sst";
constexpr const char* offset_file = "restored-offset.sst";

/// RocksDB slows writers down at 20, its default.
constexpr unsigned long most_new_tables = 16;

/// A table that is being written, beside the database's own. Gone at the end unless the database has taken it.
class TableFile {
 public:
  TableFile(const Database& database, rocksdb::ColumnFamilyHandle* family, const char* name)
      : database_(database),
        family_(family),
        options_(database.db().GetOptions(family)),
        writer_(rocksdb::EnvOptions{}, options_, family, /*invalidate_page_cache=*/false),
        path_(database.directory() / name) {
    require(writer_.Open(path_));
  }
  ~TableFile() {
    std::error_code none;
    std::filesystem::remove(path_, none);
  }
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;

  void add(BytesView key, NullableBytesView value) {
    require(value ? writer_.Put(rocksdb::Slice{key}, rocksdb::Slice{*value}) : writer_.Delete(rocksdb::Slice{key}));
  }
  void finish() { require(writer_.Finish()); }

  /// Moved into the database, or copied where the file system has no links.
  [[nodiscard]] rocksdb::IngestExternalFileArg taken(bool moved) const {
    rocksdb::IngestExternalFileArg file;
    file.column_family = family_;
    file.external_files = {path_};
    file.options.move_files = moved;
    file.options.snapshot_consistency = false;  // walks have snapshots of their own
    file.options.write_global_seqno = false;
    return file;
  }

 private:
  void require(const rocksdb::Status& status) const { database_.require(status, RocksDbStep::write); }

  const Database& database_;
  rocksdb::ColumnFamilyHandle* const family_;
  const rocksdb::Options options_;
  rocksdb::SstFileWriter writer_;
  const std::filesystem::path path_;
};

/// Else a crash could lose it, while the offset of what comes now is on disk.
void flushOlder(Database& database) {
  for (const std::string& property :
       {rocksdb::DB::Properties::kNumEntriesActiveMemTable, rocksdb::DB::Properties::kNumEntriesImmMemTables}) {
    std::uint64_t entries = 0;
    const bool known = database.db().GetIntProperty(database.data(), property, &entries);
    if (known && entries == 0) continue;
    return database.require(database.db().Flush(rocksdb::FlushOptions{}, database.families()), RocksDbStep::write);
  }
}

void write(const LoadedChanges& changes, TableFile& file) {
  const std::vector<std::uint32_t> sorted =
      sortedByKey(changes.size(), [&](std::size_t number) { return changes.key(number); });
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const BytesView key = changes.key(sorted[i]);
    const bool replaced = i + 1 < sorted.size() && changes.key(sorted[i + 1]) == key;
    if (!replaced) file.add(key, changes.value(sorted[i]));
  }
  file.finish();
}

}  // namespace

bool takesTables(const Database& database) {
  static const std::string newest = rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0";
  for (rocksdb::ColumnFamilyHandle* family : {database.data(), database.offsets()}) {
    std::string tables;
    if (database.db().GetProperty(family, newest, &tables) && std::stoul(tables) >= most_new_tables) return false;
  }
  return true;
}

void addAsTable(Database& database, const LoadedChanges& changes, const std::string& offset_key, std::int64_t offset) {
  flushOlder(database);
  TableFile data{database, database.data(), data_file};
  write(changes, data);
  std::optional<TableFile> reached;
  if (!offset_key.empty()) {
    reached.emplace(database, database.offsets(), offset_file);
    reached->add(offset_key, bigEndian(offset));
    reached->finish();
  }
  const auto take = [&](bool moved) {
    std::vector<rocksdb::IngestExternalFileArg> files{data.taken(moved)};
    if (reached) files.push_back(reached->taken(moved));
    return database.db().IngestExternalFiles(files);
  };
  rocksdb::Status status = take(true);
  // RocksDB copies by itself where links are not supported, but not where the system says that they are not permitted.
  if (status.IsIOError() && !status.IsNoSpace()) status = take(false);
  database.require(status, RocksDbStep::write);
}

void removeUnfinishedTables(const std::filesystem::path& directory) noexcept {
  std::error_code none;
  for (const char* const name : {data_file, offset_file}) std::filesystem::remove(directory / name, none);
}

}  // namespace widgetstream::detail
