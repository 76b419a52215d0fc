#include "state/store_table.hpp"

// Tables that keep only so many entries. What is used is what passes the record cache.
namespace widgetstream::detail {

void StoreTable::loadRecent() {
  // Nobody knows in which order they were used.
  recent_->clear();
  for (const auto at = engine_->scan({}); at->valid(); at->next()) recent_->add(at->key());
}

void StoreTable::makeRoomFor(const Entry& entry, const void* value, Timestamp record_timestamp) {
  if (!value) return recent_->erase(entry.key);
  if (!recent_->contains(entry.key) && recent_->full()) {
    forgetOldest(obtain(recent_->oldest()), record_timestamp);
  }
  recent_->add(entry.key);
}

void StoreTable::forgetOldest(Entry& oldest, Timestamp record_timestamp) {
  // What the record cache has of it stays there: only the version below goes.
  const int gone = oldest.other();
  const bool joins = !oldest.buffer_dirty;
  if (joins) buffered_.push_back(&oldest);
  type_->reset(slot(oldest, gone));
  // Java tells the changelog of plain stores only.
  if (!options_.timestamped) log(oldest, gone, record_timestamp, noHeaders());
  recent_->erase(oldest.key);  // its own key: the entry in `recent_` goes
  const std::lock_guard lock(mutex_);
  sortIn(oldest);
  const Counted counted(*this, oldest);
  if (!oldest.dirty()) leaveClean(oldest);
  if (!oldest.cache_dirty) oldest.current = static_cast<std::uint8_t>(gone);
  oldest.flushed_known = oldest.cache_dirty;
  oldest.loaded = true;
  oldest.in_cache = oldest.cache_dirty;
  oldest.buffer_dirty = true;
}

}  // namespace widgetstream::detail
