#include "state/store_table.hpp"

// The record cache: what leaves it is logged and forwarded.
namespace widgetstream::detail {

void StoreTable::evict(const FlushListener& listener) {
  const CacheBudget& budget = context_->cacheBudget();
  if (budget.used_bytes > budget.limit_bytes && !flushing_ && cached_.front())
    flushEntries(&cached(*cached_.front()), listener);
}

void StoreTable::flushCache(const FlushListener& listener) {
  requireOpen();
  const MeasuredOperation measured(context_->measure(), StoreMeasure::Operation::flush);
  releasePrevious();
  if (!flushing_) flushEntries(nullptr, listener);
}

void StoreTable::flushEntries(CachedEntry* first, const FlushListener& listener) {
  struct Flushing {
    bool& flag;
    explicit Flushing(bool& is_flushing) : flag(is_flushing) { flag = true; }
    ~Flushing() { flag = false; }
  } const flushing(flushing_);
  // What a listener puts into this very store waits for the next flush, as in Java; this one would never end.
  const std::uint64_t last = updates_;
  if (first) {
    flushEntry(*first, listener);
    const std::lock_guard lock(mutex_);
    if (!first->cache_dirty) leaveCache(*first);
  }
  while (CachedEntry* entry = updated_.front()) {
    if (entry->update_number > last) break;
    flushEntry(*entry, listener);
  }
}

void StoreTable::loadFlushed(Entry& entry) {
  const int before = entry.other();
  const bool present = readEngine(entry, slot(entry, before));
  if (!present) type_->reset(slot(entry, before));
  const std::lock_guard lock(mutex_);
  const Counted counted(*this, entry);
  entry.in_engine = present ? InEngine::present : InEngine::absent;
  entry.flushed_known = true;
}

namespace {

/// Keeps an entry in memory while a listener hears of it, for what that looks up may make room for itself.
class ToldOf {
 public:
  ToldOf(const Entry*& told, const Entry& entry) noexcept : told_(told) { told_ = &entry; }
  ~ToldOf() { told_ = nullptr; }
  ToldOf(const ToldOf&) = delete;
  ToldOf& operator=(const ToldOf&) = delete;

 private:
  const Entry*& told_;
};

}  // namespace

void StoreTable::flushEntry(CachedEntry& entry, const FlushListener& listener) {
  const bool was_hidden = hidden(entry);
  if (listener && !entry.flushed_known && !was_hidden) loadFlushed(entry);
  const int now = entry.current;
  const int before = entry.other();
  const void* const new_stored = type_->stored(slot(entry, now));
  const bool had = entry.flushed_known && !was_hidden;
  const void* const old_stored = had ? type_->stored(slot(entry, before)) : nullptr;
  // Created and deleted again since the last flush: Java tells nobody, if there is anybody to tell.
  const bool told = new_stored || old_stored || !listener;
  const bool kept = !told || admitted(entry, false);
  if (recent_ && told) makeRoomFor(entry, new_stored, entry.record_timestamp);
  if (told) log(entry, now, entry.record_timestamp, entry.headers ? *entry.headers : noHeaders());
  if (kept && !entry.buffer_dirty) buffered_.push_back(&entry);
  {
    const std::lock_guard lock(mutex_);
    const Counted counted(*this, entry);
    cached_.erase(entry);
    updated_.erase(entry);
    entry.cache_dirty = false;
    entry.flushed_known = false;
    entry.buffer_dirty = entry.buffer_dirty || kept;
    if (!entry.buffer_dirty) clean_.pushBack(entry);
    if (!new_stored) leaveCache(entry);
  }
  reportCache();
  if (told && listener) {
    const RecordStamp stamp = stampOf(entry);
    const bool own_time = new_stored && options_.timestamped;
    const ToldOf told_of(told_, entry);
    listener({entry.key, new_stored, old_stored, own_time ? entry.timestamps[now] : stamp.timestamp, stamp});
  }
  if (!entry.cache_dirty) type_->reset(slot(entry, before));
}

void StoreTable::leaveCache(Entry& entry) noexcept {
  entry.in_cache = false;
  if (!entry.dirty() && !rules_) sortOut(entry);
}

void StoreTable::leaveClean(Entry& entry) noexcept {
  clean_.erase(entry);
  entry.used = false;
}

}  // namespace widgetstream::detail
