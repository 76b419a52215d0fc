#include "state/rocksdb/engine.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "state/big_endian.hpp"
#include "state/rocksdb/database.hpp"
#include "state/rocksdb/iterator.hpp"
#include "state/rocksdb/key_order.hpp"
#include "state/rocksdb/loaded_changes.hpp"
#include "state/rocksdb/segment_iterator.hpp"
#include "state/rocksdb/status.hpp"
#include "state/rocksdb/table_files.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

// Keys and values of the family `offsets` are Java's (contract 5.4).
const std::string status_key = "status";
const std::string position_key = "position";
constexpr std::int64_t status_open = 1;
constexpr std::int64_t status_closed = 0;

/// A table of its own is worth its file from here on.
constexpr std::size_t least_table_bytes = std::size_t{1} << 20;
/// More at once makes loading no cheaper.
constexpr std::size_t most_loaded_bytes = std::size_t{16} << 20;

class RocksDbEngine final : public StoreEngine {
 public:
  RocksDbEngine(const EngineOptions& options, std::shared_ptr<Database> database)
      : store_(options.store),
        offset_key_(options.changelog_partition),
        log_(options.log),
        database_(std::move(database)) {
    readOffset();
    writeStatus(*database_, status_open);
  }
  ~RocksDbEngine() override { close(); }
  RocksDbEngine(const RocksDbEngine&) = delete;
  RocksDbEngine& operator=(const RocksDbEngine&) = delete;

  [[nodiscard]] bool get(BytesView key, Bytes& into) const override {
    const auto database = opened();
    SegmentFamilies::Handle segment;
    rocksdb::ColumnFamilyHandle* family = database->data();
    if (database->segmented()) {
      segment = database->segments().find(segmentOf(key));
      if (!segment) return false;
      family = segment->get();
      key = withoutSegment(key);
    }
    rocksdb::PinnableSlice value;
    const auto status = database->db().Get(rocksdb::ReadOptions{}, family, key, &value);
    if (status.IsNotFound()) return false;
    database->require(status, RocksDbStep::read);
    into.assign(value.data(), value.size());
    return true;
  }

  [[nodiscard]] std::unique_ptr<EngineIterator> scan(const ScanBounds& bounds) const override {
    const auto database = opened();
    if (database->segmented()) return std::make_unique<SegmentIterator>(database, bounds);
    return std::make_unique<RocksDbIterator>(database, database->data(), bounds);
  }

  void apply(const StoreBatch& batch, std::optional<std::int64_t> changelog_offset) override {
    write(*opened(), batch, changelog_offset);
    if (changelog_offset && !offset_key_.empty()) changelog_offset_ = changelog_offset;
  }

  void load(const StoreBatch& batch, std::int64_t changelog_offset) override {
    const auto database = current();
    if (database->segmented() || batch.position()) return apply(batch, changelog_offset);
    const std::lock_guard lock(loading_mutex_);
    loaded_.add(batch);
    loaded_to_ = changelog_offset;
    loading_.store(true, std::memory_order_release);
    loaded_bytes_ = database->loads().changed(loaded_bytes_, loaded_.bytes());
    if (loaded_bytes_ >= most_loaded_bytes || !database->loads().hasRoomFor(loaded_bytes_)) writeLoaded(*database);
    if (!offset_key_.empty()) changelog_offset_ = changelog_offset;
  }

  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const override { return changelog_offset_; }
  [[nodiscard]] std::optional<Bytes> position() const override {
    const auto database = opened();
    std::string value;
    const auto status = database->db().Get(rocksdb::ReadOptions{}, database->offsets(), position_key, &value);
    if (status.IsNotFound()) return std::nullopt;
    database->require(status, RocksDbStep::read);
    return value;
  }

  [[nodiscard]] std::uint64_t approximateEntries() const override {
    return property(rocksdb::DB::Properties::kEstimateNumKeys);
  }
  [[nodiscard]] std::uint64_t memoryBytes() const override {
    return property(rocksdb::DB::Properties::kSizeAllMemTables) +
           property(rocksdb::DB::Properties::kEstimateTableReadersMem);
  }

  [[nodiscard]] std::vector<std::int64_t> segments() const override { return opened()->segments().numbers(); }
  void dropSegmentsBefore(std::int64_t first) override {
    const auto database = opened();
    if (database->segmented()) return database->dropSegmentsBefore(first);
    const auto status = database->db().DeleteRange(unlogged(), database->data(), bigEndian(0), bigEndian(first));
    throwIfFailed(status, RocksDbStep::write, database->where());
  }

  void endLoad() override { static_cast<void>(opened()); }
  void flush() override { flush(*opened()); }

  void close() noexcept override {
    std::shared_ptr<Database> database;
    {
      const std::lock_guard lock(mutex_);
      database.swap(database_);
    }
    if (!database) return;
    try {
      endLoad(*database);
      writeStatus(*database, status_closed);
      flush(*database);
    } catch (const std::exception& error) {
      // The next start finds an older state with its older offset, and reads the rest from the changelog.
      log_.warning("a store was closed without its newest state on disk", {{"store", store_}, {"error", error.what()}});
    }
    const std::lock_guard lock(loading_mutex_);
    forgetLoaded(*database);
  }

 private:
  /// Shared, so that a close() by the owner does not pull the database from under a query.
  [[nodiscard]] std::shared_ptr<Database> current() const {
    const std::lock_guard lock(mutex_);
    if (!database_) throw Error(ErrorKind::not_available, "store " + store_ + " is closed");
    return database_;
  }

  /// With everything that was loaded.
  [[nodiscard]] std::shared_ptr<Database> opened() const {
    auto database = current();
    endLoad(*database);
    return database;
  }

  void endLoad(Database& database) const {
    if (!loading_.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(loading_mutex_);
    if (loading_.load(std::memory_order_relaxed)) writeLoaded(database);
  }

  /// Under loading_mutex_. What cannot be written stays.
  void writeLoaded(Database& database) const {
    if (loaded_.bytes() >= least_table_bytes && takesTables(database)) {
      addAsTable(database, loaded_, offset_key_, loaded_to_);
    } else {
      rocksdb::WriteBatch writes;
      Target target;
      for (const std::uint32_t number : sortedByKey(loaded_.size(), [&](std::size_t i) { return loaded_.key(i); }))
        add({loaded_.key(number), loaded_.value(number)}, database, target, writes);
      write(database, writes, loaded_to_);
    }
    forgetLoaded(database);
  }

  /// Under loading_mutex_.
  void forgetLoaded(const Database& database) const {
    loaded_.clear();
    loaded_bytes_ = database.loads().changed(loaded_bytes_, 0);
    loading_.store(false, std::memory_order_release);
  }

  void write(Database& database, const StoreBatch& batch, std::optional<std::int64_t> changelog_offset) const {
    rocksdb::WriteBatch writes;
    const auto& changes = batch.changes();
    Target target;
    for (const std::uint32_t number : sortedByKey(changes.size(), [&](std::size_t i) { return changes[i].key; }))
      add(changes[number], database, target, writes);
    if (batch.position()) {
      const auto status = writes.Put(database.offsets(), position_key, *batch.position());
      throwIfFailed(status, RocksDbStep::write, database.where());
    }
    write(database, writes, changelog_offset);
  }

  void write(Database& database, rocksdb::WriteBatch& writes, std::optional<std::int64_t> changelog_offset) const {
    if (changelog_offset && !offset_key_.empty()) {
      const auto status = writes.Put(database.offsets(), offset_key_, bigEndian(*changelog_offset));
      throwIfFailed(status, RocksDbStep::write, database.where());
    }
    database.require(database.db().Write(unlogged(), &writes), RocksDbStep::write);
    database.relieve();
  }

  [[nodiscard]] static rocksdb::WriteOptions unlogged() {
    rocksdb::WriteOptions options;
    options.disableWAL = true;  // Kafka is the log
    return options;
  }

  [[nodiscard]] static std::int64_t segmentOf(BytesView key) { return readBigEndian(key.data()); }
  [[nodiscard]] static BytesView withoutSegment(BytesView key) { return key.substr(sizeof(std::int64_t)); }

  /// The segment that the change before went to.
  struct Target {
    std::int64_t number = -1;
    SegmentFamilies::Handle segment;  // the database keeps it until the batch is written: only its owner drops segments
  };
  static void add(const StoreBatch::Change& change, Database& database, Target& target, rocksdb::WriteBatch& writes) {
    BytesView key = change.key;
    rocksdb::ColumnFamilyHandle* family = database.data();
    if (database.segmented()) {
      const std::int64_t number = segmentOf(key);
      if (!target.segment || number != target.number)
        target = {number, change.value ? database.segment(number) : database.segments().find(number)};
      if (!target.segment) return;
      family = target.segment->get();
      key = withoutSegment(key);
    }
    const auto status = change.value ? writes.Put(family, key, *change.value) : writes.Delete(family, key);
    throwIfFailed(status, RocksDbStep::write, database.where());
  }

  static void flush(Database& database) {
    database.require(database.db().Flush(rocksdb::FlushOptions{}, database.families()), RocksDbStep::write);
  }

  static void writeStatus(Database& database, std::int64_t status) {
    throwIfFailed(database.db().Put(unlogged(), database.offsets(), status_key, bigEndian(status)), RocksDbStep::write,
                  database.where());
  }

  void readOffset() {
    if (offset_key_.empty()) return;
    std::string value;
    const auto status = database_->db().Get(rocksdb::ReadOptions{}, database_->offsets(), offset_key_, &value);
    if (!status.IsNotFound()) throwIfFailed(status, RocksDbStep::open, database_->where());
    const auto offset = status.ok() ? fromBigEndian(value) : std::nullopt;
    if (offset && *offset >= 0) {  // Java writes -4 for one it does not know
      changelog_offset_ = offset;
    } else if (!database_->hasNoData()) {
      // Restoring over them would keep keys whose tombstones the changelog has forgotten.
      throw Error(ErrorKind::store_corrupted, "cannot open " + database_->where() +
                                                  ": it has entries but no offset of " + offset_key_ +
                                                  ", so nobody knows how old they are; the local state " +
                                                  "must be deleted and restored from the changelog");
    }
  }

  [[nodiscard]] std::uint64_t property(const std::string& name) const {
    const auto database = opened();
    std::uint64_t value = 0;
    if (!database->segmented()) {
      database->db().GetIntProperty(database->data(), name, &value);
      return value;
    }
    for (const auto& segment : database->segments().handles()) {
      std::uint64_t of_segment = 0;
      database->db().GetIntProperty(segment->get(), name, &of_segment);
      value += of_segment;
    }
    return value;
  }

  std::string store_;
  std::string offset_key_;
  Logger log_;
  std::optional<std::int64_t> changelog_offset_;  // the owner's
  // What was loaded and not yet written, which the first who reads or writes anything does.
  mutable std::atomic<bool> loading_{false};
  mutable std::mutex loading_mutex_;
  mutable LoadedChanges loaded_;          // guarded by loading_mutex_
  mutable std::size_t loaded_bytes_ = 0;  // guarded by loading_mutex_; as the database's LoadMemory knows it
  std::int64_t loaded_to_ = -1;           // guarded by loading_mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<Database> database_;  // guarded by mutex_; null after close(); shared with calls under way and walks
};

}  // namespace

std::unique_ptr<StoreEngine> openRocksDbEngine(const EngineOptions& options, const RocksDbOptions& limits) {
  return std::make_unique<RocksDbEngine>(options, Database::open(options, limits));
}

}  // namespace widgetstream::detail
