#include "state/rocksdb/database.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <system_error>
#include <thread>

#include "state/private_directory.hpp"
#include "state/rocksdb/settings.hpp"
#include "state/rocksdb/status.hpp"
#include "state/rocksdb/table_files.hpp"
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

[[nodiscard]] std::vector<std::string> fixedFamilies(ValueFormat format, bool segmented) {
  std::vector<std::string> names{plain_family};
  if (format != ValueFormat::plain && !segmented) names.push_back(familyOf(format));
  names.push_back(offsets_family);
  return names;
}

/// The families to open: those that every store of the kind has, and the segments that are there.
[[nodiscard]] std::vector<std::string> familiesOf(const rocksdb::DBOptions& settings, const EngineOptions& options,
                                                  const std::string& where) {
  const std::string format = familyOf(options.format);
  std::vector<std::string> names = fixedFamilies(options.format, options.segment_interval.has_value());
  const std::size_t fixed = names.size();
  std::error_code error;
  if (!fs::exists(options.directory / "CURRENT", error)) return names;
  std::vector<std::string> found;
  throwIfFailed(rocksdb::DB::ListColumnFamilies(settings, options.directory, &found), RocksDbStep::open, where);
  for (const std::string& name : found) {
    const auto known_end = names.begin() + static_cast<std::ptrdiff_t>(fixed);
    if (std::find(names.begin(), known_end, name) != known_end) continue;
    const auto segment = parseSegmentFamilyName(name);
    if (!segment || !options.segment_interval || segment->format_family != format)
      refuse(where, "it has a column family '" + name + "', which stores " +
                        (options.segment_interval ? "of windows " : "") + "with values in '" + format +
                        "' do not have: it belongs to another kind of store");
    if (segment->interval != *options.segment_interval)
      refuse(where, "its segments span " + std::to_string(segment->interval.count()) + " ms instead of " +
                        std::to_string(options.segment_interval->count()) + ": the store was given another retention");
    names.push_back(name);
  }
  return names;
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
  const std::shared_ptr<Database> database(new Database(resources, where, options, limits));

  prepareDirectory(directory, where);
  const rocksdb::DBOptions settings = databaseSettings(*resources, options.log, options.store);
  const std::vector<std::string> names = familiesOf(settings, options, where);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names) {
    const bool rows = name == familyOf(options.format) && !options.segment_interval;
    descriptors.emplace_back(
        name, name == offsets_family ? offsetsSettings(*resources)
                                     : dataSettings(*resources, limits, rows ? Reads::by_key : Reads::by_walk, where));
  }
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::Status status;
  const auto deadline = std::chrono::steady_clock::now() + lock_wait;
  do {
    status = rocksdb::DB::Open(settings, directory, descriptors, &handles, &opened);
    const bool locked = status.IsIOError() && status.ToString().find("lock") != std::string::npos;
    if (!locked || std::chrono::steady_clock::now() >= deadline) break;
    std::this_thread::sleep_for(lock_pause);
  } while (true);
  throwIfFailed(status, RocksDbStep::open, where);

  database->db_.reset(opened);
  removeUnfinishedTables(directory);  // now that nobody else has the database open
  database->adopt(names, handles);
  const bool default_is_data = options.format == ValueFormat::plain && !options.segment_interval;
  if (!default_is_data && !database->isEmpty(database->families_[0]))
    refuse(where, "its default column family has entries: it was a plain store");
  resources->damages().forget(database->directory_.string());
  resources->relief().add(database);
  return database;
}

void Database::require(const rocksdb::Status& status, RocksDbStep step) const {
  try {
    throwIfFailed(status, step, where_);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::store_corrupted) resources_->damages().found(directory_.string(), status.ToString());
    throw;
  }
}

void Database::adopt(const std::vector<std::string>& names, const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const auto segment = parseSegmentFamilyName(names[i])) {
      segments_.add(segment->segment, std::make_shared<FamilyHandle>(*db_, handles[i]));
      continue;
    }
    families_.push_back(handles[i]);
    if (names[i] == offsets_family) offsets_ = handles[i];
    if (names[i] == familyOf(format_)) data_ = handles[i];
  }
}

Database::~Database() {
  for (const auto& segment : segments_.takeBefore(std::numeric_limits<std::int64_t>::max())) static_cast<void>(segment);
  for (rocksdb::ColumnFamilyHandle* family : families_) static_cast<void>(db_->DestroyColumnFamilyHandle(family));
  if (db_) static_cast<void>(db_->Close());
}

SegmentFamilies::Handle Database::segment(std::int64_t number) {
  if (auto found = segments_.find(number)) return found;
  rocksdb::ColumnFamilyHandle* made = nullptr;
  const std::string name = segmentFamilyName(familyOf(format_), *segment_interval_, number);
  const auto settings = dataSettings(*resources_, limits_, Reads::by_walk, where_);
  throwIfFailed(db_->CreateColumnFamily(settings, name, &made), RocksDbStep::write, where_);
  auto handle = std::make_shared<const FamilyHandle>(*db_, made);
  segments_.add(number, handle);
  return handle;
}

void Database::dropSegmentsBefore(std::int64_t first) {
  for (const auto& segment : segments_.takeBefore(first))
    throwIfFailed(db_->DropColumnFamily(segment->get()), RocksDbStep::write, where_);
}

std::vector<rocksdb::ColumnFamilyHandle*> Database::families() const {
  std::vector<rocksdb::ColumnFamilyHandle*> all = families_;
  for (const auto& segment : segments_.handles()) all.push_back(segment->get());
  return all;
}

bool Database::isEmpty(rocksdb::ColumnFamilyHandle* family) const {
  const std::unique_ptr<rocksdb::Iterator> first(db_->NewIterator(rocksdb::ReadOptions{}, family));
  first->SeekToFirst();
  throwIfFailed(first->status(), RocksDbStep::open, where_);
  return !first->Valid();
}

bool Database::hasNoData() const {
  for (rocksdb::ColumnFamilyHandle* family : families()) {
    if (family != offsets_ && !isEmpty(family)) return false;
  }
  return true;
}

}  // namespace widgetstream::detail
