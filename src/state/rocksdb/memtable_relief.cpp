#include "state/rocksdb/memtable_relief.hpp"

#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <string>

#include "state/rocksdb/database.hpp"

namespace widgetstream::detail {
namespace {

/// What is being flushed takes memory until it is on disk, so that half of the limit is for what is written to.
constexpr std::size_t begin_above(std::size_t limit) noexcept {
  return limit / 2;
}
/// Looking at all databases costs something: one look makes room for a while.
constexpr std::size_t end_below(std::size_t limit) noexcept {
  return limit / 8 * 3;
}

/// How much more it must be than what flushing could not help before flushing is tried again.
constexpr std::size_t margin(std::size_t limit) noexcept {
  return limit / 4;
}
/// A database that has less is not what memory is short of; to flush it would only make small files.
constexpr std::uint64_t worth_flushing = std::uint64_t{16} << 10;

[[nodiscard]] bool flush(Database& database, bool wait) {
  rocksdb::FlushOptions options;
  options.wait = wait;
  options.allow_write_stall = true;  // else it waits until nothing stalls, and memory is what is short
  const auto segments = database.segments().handles();  // they live as long as this call
  std::vector<rocksdb::ColumnFamilyHandle*> families = database.fixedFamilies();
  for (const auto& segment : segments) families.push_back(segment->get());
  return database.db().Flush(options, families).ok();
}

}  // namespace

void MemtableRelief::add(const std::shared_ptr<Database>& database) {
  const std::lock_guard lock(mutex_);
  std::erase_if(databases_, [](const auto& known) { return known.expired(); });
  databases_.push_back(database);
}

std::size_t MemtableRelief::databases() {
  const std::lock_guard lock(mutex_);
  std::erase_if(databases_, [](const auto& known) { return known.expired(); });
  return databases_.size();
}

std::size_t MemtableRelief::used() const {
  return buffers_->memory_usage() + loads_.bytes();
}

std::size_t MemtableRelief::writtenTo() const {
  return buffers_->mutable_memtable_memory_usage() + loads_.bytes();
}

std::vector<MemtableRelief::Sized> MemtableRelief::bySize(bool flushing_too) {
  std::vector<std::weak_ptr<Database>> databases;
  {
    const std::lock_guard lock(mutex_);
    databases = databases_;
  }
  const std::string& property =
      flushing_too ? rocksdb::DB::Properties::kCurSizeAllMemTables : rocksdb::DB::Properties::kCurSizeActiveMemTable;
  std::vector<Sized> sized;
  for (auto& known : databases) {
    const auto database = known.lock();
    std::uint64_t bytes = 0;
    if (!database || !database->db().GetAggregatedIntProperty(property, &bytes) || bytes < worth_flushing) continue;
    sized.push_back({std::move(known), bytes});
  }
  std::sort(sized.begin(), sized.end(), [](const Sized& a, const Sized& b) { return a.bytes > b.bytes; });
  return sized;
}

void MemtableRelief::relieve() {
  if (writtenTo() > begin_above(limit_)) flushLargest();
  const std::size_t used = this->used();
  const std::size_t above = used > limit_ ? used - limit_ : 0;
  const std::size_t beyond_help = beyond_help_.load(std::memory_order_relaxed);
  if (above > beyond_help) return waitForRoom();
  // Whoever kept it keeps less.
  const std::size_t now_beyond = above == 0 ? 0 : above + margin(limit_);
  if (now_beyond < beyond_help) beyond_help_.store(now_beyond, std::memory_order_relaxed);
}

void MemtableRelief::flushLargest() {
  const std::unique_lock lock(flushing_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  for (const Sized& one : bySize(false)) {
    if (writtenTo() <= end_below(limit_)) return;
    // Not every one can be flushed now; what it has stays with it until its own next write tells why.
    if (const auto database = one.database.lock()) static_cast<void>(flush(*database, false));
  }
}

void MemtableRelief::waitForRoom() {
  const std::lock_guard lock(waiting_);
  for (const Sized& one : bySize(true)) {
    if (used() <= limit_) return;
    // Held no longer than it is flushed: its owner may want to close it.
    if (const auto database = one.database.lock()) static_cast<void>(flush(*database, true));
  }
  // The rest is kept by who reads it: trying again helps no more until there is clearly more.
  const std::size_t used = this->used();
  if (used > limit_) beyond_help_.store(used - limit_ + margin(limit_), std::memory_order_relaxed);
}

}  // namespace widgetstream::detail
