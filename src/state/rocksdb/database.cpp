#include "state/rocksdb/database.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "state/private_directory.hpp"
#include "state/rocksdb/settings.hpp"
#include "state/rocksdb/status.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

namespace fs = std::filesystem;

const std::string plain_family = rocksdb::kDefaultColumnFamilyName;
const std::string offsets_family = "offsets";

/// The family of values that are not plain (contract 5.4, 5.11).
[[nodiscard]] std::string familyOf(ValueFormat format) {
  switch (format) {
    case ValueFormat::timestamped:
      return "keyValueWithTimestamp";
    case ValueFormat::timestamped_headers:
      return "keyValueWithTimestampAndHeaders";
    case ValueFormat::headers:
      return "sessionKeyValueWithHeaders";
    case ValueFormat::plain:
      break;
  }
  return plain_family;
}

/// A walk of a query may keep the database of a closed store open for a moment.
constexpr std::chrono::milliseconds lock_wait{2000};
constexpr std::chrono::milliseconds lock_pause{5};

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw Error(ErrorKind::store_corrupted, "cannot open " + where + ": " + why +
                                              "; the local state must be deleted and restored from the changelog");
}

/// Makes the directory, or tells that what is there is no database.
void prepareDirectory(const fs::path& directory, const std::string& where) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(directory, error);
  if (fs::exists(status) && !fs::is_directory(status)) refuse(where, "it is not a directory");
  makePrivateDirectories(directory);
  if (fs::exists(directory / "CURRENT", error)) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    // What RocksDB leaves when it dies before its first file is complete is no reason to complain.
    const std::string name = entry.path().filename();
    if (name == "LOCK" || name == "LOG" || name.starts_with("MANIFEST-000001") || name.ends_with(".dbtmp") ||
        name == "IDENTITY")
      continue;
    refuse(where, "it has files but no CURRENT, so it is not a database or has lost parts");
  }
  if (error) throw Error(ErrorKind::fatal, "cannot list " + where + ": " + error.message());
}

[[nodiscard]] std::vector<std::string> expectedFamilies(ValueFormat format) {
  std::vector<std::string> names{plain_family};
  if (format != ValueFormat::plain) names.push_back(familyOf(format));
  names.push_back(offsets_family);
  return names;
}

void checkFamilies(const rocksdb::DBOptions& settings, const fs::path& directory, ValueFormat format,
                   const std::string& where) {
  std::error_code error;
  if (!fs::exists(directory / "CURRENT", error)) return;
  std::vector<std::string> found;
  throwIfFailed(rocksdb::DB::ListColumnFamilies(settings, directory, &found), RocksDbStep::open, where);
  const auto expected = expectedFamilies(format);
  for (const std::string& name : found) {
    if (std::find(expected.begin(), expected.end(), name) != expected.end()) continue;
    refuse(where, "it has a column family '" + name + "', which stores with values in '" + familyOf(format) +
                      "' do not have: it belongs to another kind of store");
  }
}

}  // namespace

std::shared_ptr<Database> Database::open(const EngineOptions& options, const RocksDbOptions& limits) {
  const fs::path& directory = options.directory;
  const std::string where = "store " + options.store + " in " + directory.string();
  auto resources = options.resources;
  if (!resources) {
    resources = processEngineResources();
    resources->growBlockCacheTo(limits.block_cache_bytes);
  }
  const std::shared_ptr<Database> database(new Database(resources, where));

  prepareDirectory(directory, where);
  const rocksdb::DBOptions settings = databaseSettings(*resources, options.log, options.store);
  checkFamilies(settings, directory, options.format, where);

  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : expectedFamilies(options.format))
    descriptors.emplace_back(name,
                             name == offsets_family ? offsetsSettings(*resources) : dataSettings(*resources, limits));
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status;
  const auto deadline = std::chrono::steady_clock::now() + lock_wait;
  do {
    status = rocksdb::DB::Open(settings, directory, descriptors, &database->families_, &opened);
    const bool locked = status.IsIOError() && status.ToString().find("lock") != std::string::npos;
    if (!locked || std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(lock_pause);
  } while (true);
  throwIfFailed(status, RocksDbStep::open, where);

  database->db_.reset(opened);
  database->offsets_ = database->families_.back();
  const bool plain = options.format == ValueFormat::plain;
  database->data_ = database->families_[plain ? 0 : 1];
  if (!plain && !database->isEmpty(database->families_[0]))
    refuse(where, "its default column family has entries: it was a plain store");
  return database;
}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* family : families_) static_cast<void>(db_->DestroyColumnFamilyHandle(family));
  if (db_) static_cast<void>(db_->Close());
}

bool Database::isEmpty(rocksdb::ColumnFamilyHandle* family) const {
  const std::unique_ptr<rocksdb::Iterator> first(db_->NewIterator(rocksdb::ReadOptions{}, family));
  first->SeekToFirst();
  throwIfFailed(first->status(), RocksDbStep::open, where_);
  return !first->Valid();
}

}  // namespace widgetstream::detail
