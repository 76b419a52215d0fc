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

std::vector<MemtableRelief::Sized> MemtableRelief::bySize(bool flushing_too) {
  std::vector<Sized> sized;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& known : databases_) {
      if (auto database = known.lock()) sized.push_back({std::move(database), 0});
    }
  }
  const std::string& property =
      flushing_too ? rocksdb::DB::Properties::kCurSizeAllMemTables : rocksdb::DB::Properties::kCurSizeActiveMemTable;
  for (Sized& one : sized) {
    std::uint64_t bytes = 0;
    one.database->db().GetAggregatedIntProperty(property, &bytes);
    one.bytes = bytes;
  }
  std::sort(sized.begin(), sized.end(), [](const Sized& a, const Sized& b) { return a.bytes > b.bytes; });
  return sized;
}

void MemtableRelief::relieve() {
  if (buffers_->mutable_memtable_memory_usage() > begin_above(limit_)) flushLargest();
  if (buffers_->memory_usage() <= limit_) return;
  for (const Sized& one : bySize(true)) {
    if (buffers_->memory_usage() <= limit_ || !flush(*one.database, true)) return;
  }
}

void MemtableRelief::flushLargest() {
  const std::unique_lock lock(flushing_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  for (const Sized& one : bySize(false)) {
    if (buffers_->mutable_memtable_memory_usage() <= end_below(limit_) || !flush(*one.database, false)) return;
  }
}

}  // namespace widgetstream::detail
