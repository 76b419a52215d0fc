#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "state/store_table.hpp"
#include "state/stored_bytes.hpp"

// Changes of a table: puts, commit, discard. The record cache is in store_table_cache.cpp, restoring in
// store_table_restore.cpp.
namespace widgetstream::detail {

void StoreTable::put(BytesView key, const void* value, Timestamp timestamp, const RecordStamp& stamp,
                     const FlushListener& listener) {
  change(key, value, timestamp, stamp, listener, false);
}

void StoreTable::remove(BytesView key, const RecordStamp& stamp, const FlushListener& listener) {
  change(key, nullptr, no_timestamp, stamp, listener, true);
}

void StoreTable::change(BytesView key, const void* value, Timestamp timestamp, const RecordStamp& stamp,
                        const FlushListener& listener, bool removal) {
  requireOpen();
  const auto operation = value ? StoreMeasure::Operation::put : StoreMeasure::Operation::remove;
  const MeasuredOperation measured(context_->measure(), operation);
  // What the last put() replaced may be what `value` points at, so it is let go afterwards.
  Entry* const before = std::exchange(previous_, nullptr);
  Entry& entry = obtain(key);
  if (options_.caching) {
    putCached(cached(entry), value, timestamp, stamp);
  } else {
    putThrough(entry, value, timestamp, stamp, removal);
  }
  if (before && before != previous_ && !before->cache_dirty) type_->reset(slot(*before, before->other()));
  reportReadCache();  // what was unchanged has changed
  if (options_.caching) evict(listener);
  if (rules_ && dirty_bytes_ >= look_for_outlived_at_) dropOutlived();
}

void StoreTable::fill(void* into, const void* value, Timestamp timestamp, const RecordStamp& stamp) const {
  if (value) {
    type_->assign(into, value, timestamp, *stamp.headers);
  } else {
    type_->reset(into);
  }
}

bool StoreTable::admitted(const Entry& entry, bool removal) {
  if (!rules_) return true;
  if (removal) {
    rules_->admitRemoval(entry.key);
    return true;
  }
  if (rules_->admit(entry.key)) return true;
  context_->dropped("expired-window");
  return false;
}

void StoreTable::putThrough(Entry& entry, const void* value, Timestamp timestamp, const RecordStamp& stamp,
                            bool removal) {
  const bool kept = admitted(entry, removal);
  const int next = entry.other();
  fill(slot(entry, next), value, timestamp, stamp);
  entry.timestamps[next] = timestamp;
  const std::uint32_t bytes = measure(entry, next);
  const Timestamp record_timestamp = stamp.timestamp != no_timestamp ? stamp.timestamp : context_->recordTimestamp();
  if (recent_) makeRoomFor(entry, value, record_timestamp);
  const bool joins = kept && !entry.buffer_dirty;
  if (joins) buffered_.push_back(&entry);
  try {
    log(entry, next, record_timestamp, *stamp.headers);
  } catch (...) {
    // Nothing has changed yet, and the entry may be dropped like any clean one.
    if (joins) buffered_.pop_back();
    throw;
  }
  if (!kept) type_->reset(slot(entry, next));

  const std::lock_guard lock(mutex_);
  position_.note(stamp);  // of what comes too late as well: it has been seen
  if (!kept) return;
  sortIn(entry);
  const Counted counted(*this, entry);
  if (!entry.dirty()) leaveClean(entry);
  entry.current = static_cast<std::uint8_t>(next);
  entry.loaded = true;
  entry.buffer_dirty = true;
  entry.bytes = bytes;
  previous_ = &entry;
}

void StoreTable::putCached(CachedEntry& entry, const void* value, Timestamp timestamp, const RecordStamp& stamp) {
  setStamp(entry, stamp);
  const bool first = !entry.cache_dirty;
  if (first) {
    const int next = entry.other();
    fill(slot(entry, next), value, timestamp, stamp);
    const std::uint32_t bytes = measure(entry, next);

    const std::lock_guard lock(mutex_);
    position_.note(stamp);
    sortIn(entry);
    const Counted counted(*this, entry);
    if (!entry.dirty()) leaveClean(entry);
    entry.in_cache = true;
    entry.flushed_known = entry.loaded;
    entry.current = static_cast<std::uint8_t>(next);
    entry.loaded = true;
    entry.cache_dirty = true;
    entry.bytes = bytes;
    entry.puts = 1;
    cached_.pushBack(entry);
    updated_.pushBack(entry);
  } else {
    const std::lock_guard lock(mutex_);
    position_.note(stamp);
    const Counted counted(*this, entry);
    fill(slot(entry, entry.current), value, timestamp, stamp);
    ++entry.puts;
    cached_.moveToBack(entry);
    updated_.moveToBack(entry);
  }
  entry.timestamps[entry.current] = timestamp;
  entry.update_number = ++updates_;
  if (!first) recount(entry);
  reportCache();
}

void StoreTable::recount(CachedEntry& entry) {
  // Where only encoding tells a value's size, a hot key is measured at its 1st, 2nd, 4th, 8th ... put: what grows by
  // each put is never more than twice as large as it counts for, and the serde stays off the hot path.
  if (!std::has_single_bit(entry.puts) && !type_->heapBytes(current(entry))) return;
  const std::uint32_t bytes = measure(entry, entry.current);
  const std::size_t more = std::size_t{bytes} - entry.bytes;  // wraps when it is less
  entry.bytes = bytes;
  cache_bytes_ += more;
  dirty_bytes_ += more;
}

void StoreTable::setStamp(CachedEntry& entry, const RecordStamp& stamp) {
  if (!last_topic_ || *last_topic_ != stamp.topic) last_topic_ = &*topics_.emplace(stamp.topic).first;
  entry.topic = last_topic_;
  entry.partition = stamp.partition;
  entry.offset = stamp.offset;
  entry.record_timestamp = stamp.timestamp != no_timestamp ? stamp.timestamp : context_->recordTimestamp();
  if (stamp.headers->empty()) {
    entry.headers.reset();
  } else if (entry.headers) {
    *entry.headers = *stamp.headers;
  } else {
    entry.headers = std::make_unique<Headers>(*stamp.headers);
  }
}

RecordStamp StoreTable::stampOf(const CachedEntry& entry) const {
  return {*entry.topic, entry.partition, entry.offset, entry.record_timestamp,
          entry.headers ? entry.headers.get() : &noHeaders()};
}

void StoreTable::log(const Entry& entry, int which, Timestamp record_timestamp, const Headers& record_headers) {
  if (!options_.logging) return;
  if (options_.producer_dates_log) record_timestamp = no_timestamp;
  const void* at = slot(entry, which);
  // Values bear no timestamp and no headers in the changelog, where the record has them (contract 5.3).
  const Headers& headers = options_.with_headers ? record_headers : noHeaders();
  const BytesView key = rules_ ? rules_->changelogKey(entry.key, changelog_key_buffer_) : entry.key;
  if (!type_->stored(at)) {
    context_->logChange(options_.store, key, std::nullopt, record_timestamp, headers);
    return;
  }
  value_buffer_.clear();
  type_->encode(at, value_buffer_);
  const Timestamp timestamp = options_.timestamped ? entry.timestamps[which] : record_timestamp;
  context_->logChange(options_.store, key, BytesView{value_buffer_}, timestamp, headers);
}

void StoreTable::logOnly(BytesView changelog_key, NullableBytesView value, const RecordStamp& stamp) {
  requireOpen();
  if (!options_.logging) return;
  const Timestamp timestamp = stamp.timestamp != no_timestamp ? stamp.timestamp : context_->recordTimestamp();
  context_->logChange(options_.store, changelog_key, value, timestamp,
                      options_.with_headers ? *stamp.headers : noHeaders());
}

// --- the write buffer

StoreBatch StoreTable::batchOfBuffered() {
  StoreBatch batch;
  for (const Entry* entry : buffered_) {
    if (entry->buffer_dirty) addToBatch(*entry, batch);
  }
  return batch;
}

void StoreTable::addToBatch(const Entry& entry, StoreBatch& batch) {
  if (rules_ && TableRules::segmentOf(entry.key) < rules_->firstLiveSegment()) return;
  if (outlived(entry)) return;
  const int which = entry.cache_dirty ? entry.other() : entry.current;
  const void* at = slot(entry, which);
  if (type_->stored(at)) {
    value_buffer_.clear();
    appendStored(*type_, options_.format, entry.timestamps[which], at, value_buffer_);
    if (entry.indexed()) batch.put(entry.indexKey(), value_buffer_);
    goesToEngine(entry.key);
    batch.put(entry.key, value_buffer_);
  } else if (entry.in_engine != InEngine::absent) {
    if (entry.indexed()) batch.erase(entry.indexKey());
    batch.erase(entry.key);
  }
}

bool StoreTable::outlived(const Entry& entry) const noexcept {
  if (!rules_ || entry.in_engine == InEngine::present) return false;
  const std::int64_t time = rules_->timeOf(entry.key);
  if (time >= rules_->neededFrom()) return false;
  return entry.in_engine == InEngine::absent || !mayBeInEngineAlone(TableRules::segmentOf(entry.key), time);
}

void StoreTable::dropOutlived() {
  // Rows come more or less in the order of time, so those to drop are in front. What is not is dropped by the commit.
  constexpr std::size_t enough_kept = 256;
  const std::lock_guard lock(mutex_);
  std::size_t kept_in_a_row = 0;
  const auto drops = [&](Entry* entry) {
    const bool kept = entry == previous_ || entry == told_ || entry->cache_dirty || entry->in_cache || !outlived(*entry);
    kept_in_a_row = kept ? kept_in_a_row + 1 : 0;
    if (kept) return false;
    {
      const Counted counted(*this, *entry);
      entry->in_engine = InEngine::absent;
      entry->buffer_dirty = false;
    }
    clean_.pushBack(*entry);
    forget(*entry);
    return true;
  };
  auto kept_until = buffered_.begin();
  auto at = buffered_.begin();
  for (; at != buffered_.end() && kept_in_a_row < enough_kept; ++at) {
    if (!drops(*at)) *kept_until++ = *at;
  }
  buffered_.erase(kept_until, at);
  reportReadCache();
  look_for_outlived_at_ = dirty_bytes_ + std::max(least_to_look_through, dirty_bytes_ / 8);
}

void StoreTable::commit(std::optional<std::int64_t> changelog_offset) {
  requireOpen();
  const MeasuredOperation measured(context_->measure(), StoreMeasure::Operation::commit);
  releasePrevious();
  StoreBatch batch = batchOfBuffered();
  position_.addTo(batch);
  if (!batch.empty() || changelog_offset) engine_->apply(batch, changelog_offset);
  position_.settle();
  settleBuffered();
  if (!rules_) return;
  rules_->committed();
  dropExpired();
}

void StoreTable::settleBuffered() {
  const std::lock_guard lock(mutex_);
  // Walks over rows look at all that are in memory, and so need not look for the latest ones in the engine; and what the
  // record cache has had, Java finds there even when the store hides it.
  if (!rules_) sorted_.clear();
  for (Entry* entry : buffered_) {
    if (!entry->buffer_dirty) continue;
    const bool left_out = outlived(*entry);
    {
      const int which = entry->cache_dirty ? entry->other() : entry->current;
      const Counted counted(*this, *entry);
      const bool present = !left_out && type_->stored(slot(*entry, which));
      entry->in_engine = present ? InEngine::present : InEngine::absent;
      entry->buffer_dirty = false;
    }
    if (entry->cache_dirty) continue;
    clean_.pushBack(*entry);
    if (left_out && !entry->in_cache) forget(*entry);
  }
  buffered_.clear();
  if (!rules_) {
    for (CachedEntry* entry = updated_.front(); entry; entry = updated_.after(*entry)) sortIn(*entry);
  }
  trimReadCache(nullptr);
  look_for_outlived_at_ = least_to_look_through;
  if (memory_.count() > index_.size() / 8) memory_.clear();
}

void StoreTable::dropExpired() {
  const std::int64_t first_live = rules_->firstLiveSegment();
  // Last: a crash before this leaves rows that are hidden, and dropped by the next commit.
  engine_->dropSegmentsBefore(first_live);
  auto segments = engine_->segments();
  const std::lock_guard lock(mutex_);
  engine_segments_ = std::move(segments);
}

void StoreTable::discard() {
  requireOpen();
  releasePrevious();
  if (rules_) {
    // Entries that are clean may be in the record cache alone.
    const std::lock_guard lock(mutex_);
    rules_->rollBack();
    forgetEverything();
    position_.read(*engine_, options_.store);
  } else {
    const std::lock_guard lock(mutex_);
    sorted_.clear();
    std::vector<Entry*> dirty;
    index_.forEach([&dirty](Entry& entry) {
      if (entry.dirty()) dirty.push_back(&entry);
    });
    for (Entry* entry : dirty) forget(*entry);
    buffered_.clear();
    position_.read(*engine_, options_.store);
  }
  if (recent_) loadRecent();
  reportCache();
  reportReadCache();
}

}  // namespace widgetstream::detail
