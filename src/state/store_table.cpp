#include "state/store_table.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "state/stored_bytes.hpp"
#include "widgetstream/core/error.hpp"

// Look-ups and memory. Changes are in store_table_changes.cpp, reads of any thread in store_table_reads.cpp.
namespace widgetstream::detail {
StoreTable::StoreTable(StoreTableOptions options, std::shared_ptr<StoreEngine> engine,
                       std::shared_ptr<const ValueType> type, std::shared_ptr<TableRules> rules, StoreContext& context)
    : options_(std::move(options)),
      engine_(std::move(engine)),
      type_(std::move(type)),
      rules_(std::move(rules)),
      context_(&context),
      layout_(options_.caching ? sizeof(CachedEntry) : sizeof(Entry), type_->slotSize(), type_->slotAlignment()),
      memory_(layout_.alignment()),
      sorted_(SortedEntries::By::key, rules_ ? rules_->tailOfKey() : 0),
      sorted_by_index_(SortedEntries::By::index_key, rules_ ? rules_->tailOfIndexKey() : 0),
      engine_segments_(engine_->segments()),
      read_caches_(context.readCaches()) {
  if (!engine_segments_.empty()) opened_with_ = engine_segments_.back();
  if (options_.max_entries > 0) {
    recent_.emplace(options_.max_entries);
    loadRecent();
  }
  position_.read(*engine_, options_.store);
  if (read_caches_) read_caches_->opened();
}

StoreTable::~StoreTable() {
  forgetEverything();
}

void StoreTable::close() noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
    forgetEverything();
    reportReadCache();
  }
  if (read_caches_) read_caches_->closed();
  reportCache();
  context_ = nullptr;
  engine_->close();
}

void StoreTable::requireOpen() const {
  if (closed_) throw Error(ErrorKind::not_available, "store " + options_.store + " is closed");
}

// --- entries

Entry* StoreTable::makeEntry(BytesView key, std::uint32_t hash) {
  index_key_buffer_.clear();
  if (rules_ && rules_->indexed()) rules_->indexKey(key, index_key_buffer_);
  void* const memory = memory_.take(layout_.size(key.size() + index_key_buffer_.size()));
  Entry* const entry = options_.caching ? ::new (memory) CachedEntry : ::new (memory) Entry;
  char* const key_at = static_cast<char*>(memory) + layout_.keysAt();
  char* const index_key_at = std::copy(key.begin(), key.end(), key_at);
  std::copy(index_key_buffer_.begin(), index_key_buffer_.end(), index_key_at);
  entry->key = {key_at, key.size()};
  entry->hash = hash;
  entry->index_size = static_cast<std::uint32_t>(index_key_buffer_.size());
  type_->construct(slot(*entry, 0));
  type_->construct(slot(*entry, 1));
  entry->bytes = measure(*entry, 0);
  return entry;
}

void StoreTable::freeEntry(Entry* entry) noexcept {
  type_->destroy(slot(*entry, 0));
  type_->destroy(slot(*entry, 1));
  const std::size_t bytes = layout_.size(EntryLayout::keyBytes(*entry));
  options_.caching ? std::destroy_at(&cached(*entry)) : std::destroy_at(entry);
  memory_.give(entry, bytes, index_.size() / 8);
}

Entry* StoreTable::lookUp(BytesView key) const {
  if (last_used_ && last_used_->key == key) return last_used_;
  return lookUp(key, EntryIndex::hash(key));
}

Entry* StoreTable::lookUp(BytesView key, std::uint32_t hash) const {
  Entry* found = index_.find(key, hash);
  if (found) last_used_ = found;
  return found;
}

Entry& StoreTable::obtain(BytesView key) {
  if (last_used_ && last_used_->key == key) return *last_used_;
  const std::uint32_t hash = EntryIndex::hash(key);
  if (Entry* found = lookUp(key, hash)) return *found;
  Entry* made = makeEntry(key, hash);
  try {
    const std::lock_guard lock(mutex_);
    countInSegment(*made, 1);
    index_.insert(*made);
  } catch (...) {
    freeEntry(made);
    throw;
  }
  clean_.pushBack(*made);
  clean_bytes_ += made->bytes;
  last_used_ = made;
  return *made;
}

void StoreTable::forget(Entry& entry) noexcept {
  if (rules_ && entry.in_engine != InEngine::absent) {
    const std::int64_t time = rules_->timeOf(entry.key);
    if (time > newest_in_engine_alone_.load(std::memory_order_relaxed))
      newest_in_engine_alone_.store(time, std::memory_order_relaxed);
  }
  countOut(entry);
  if (entry.cache_dirty) {
    cached_.erase(entry);
    updated_.erase(cached(entry));
  } else if (!entry.buffer_dirty) {
    clean_.erase(entry);
  }
  sortOut(entry);
  countInSegment(entry, -1);
  index_.erase(entry);
  if (last_used_ == &entry) last_used_ = nullptr;
  if (previous_ == &entry) previous_ = nullptr;
  freeEntry(&entry);
}

void StoreTable::forgetEverything() noexcept {
  sorted_.clear();
  sorted_by_index_.clear();
  newest_in_engine_alone_.store(newest_in_engine_, std::memory_order_relaxed);
  entries_in_segments_.clear();
  index_.forEach([this](Entry& entry) { freeEntry(&entry); });
  index_.clear();
  memory_.clear();
  buffered_.clear();
  cached_ = {};
  updated_ = {};
  clean_ = {};
  last_used_ = previous_ = nullptr;
  extra_entries_ = 0;
  cache_bytes_ = dirty_bytes_ = clean_bytes_ = 0;
}

// --- reads of the owner

const void* StoreTable::find(BytesView key) {
  requireOpen();
  StoreMeasure* const told = context_->measure();
  const MeasuredOperation measured(told, StoreMeasure::Operation::get);
  if (rules_ && !rules_->visible(key)) {
    Entry* cached = lookUp(key);
    return cached && cached->in_cache ? type_->stored(current(*cached)) : nullptr;
  }
  Entry& entry = obtain(key);
  if (recent_ && (!entry.loaded || !options_.caching)) recent_->touch(key);
  if (told) told->lookedUp(entry.loaded);
  if (!entry.loaded) {
    load(entry);
  } else if (entry.cache_dirty) {
    cached_.moveToBack(entry);
  } else if (!entry.buffer_dirty) {
    entry.used = true;
  }
  return type_->stored(current(entry));
}

bool StoreTable::mayBeInEngineAlone(std::int64_t segment, std::int64_t time) const noexcept {
  const bool found_there = opened_with_ && segment <= *opened_with_;
  return found_there || time <= newest_in_engine_alone_.load(std::memory_order_relaxed);
}

bool StoreTable::mayBeInEngine(std::int64_t segment, std::int64_t time) const noexcept {
  return mayBeInEngineAlone(segment, time) || time <= newest_in_engine_;
}

void StoreTable::goesToEngine(BytesView key) noexcept {
  if (rules_) newest_in_engine_ = std::max(newest_in_engine_, rules_->timeOf(key));
}

bool StoreTable::readEngine(const Entry& entry, void* into) const {
  if (rules_ && !mayBeInEngineAlone(TableRules::segmentOf(entry.key), rules_->timeOf(entry.key))) return false;
  if (!engine_->get(entry.key, read_buffer_)) return false;
  decodeStored(*type_, options_.format, read_buffer_, into);
  return true;
}

void StoreTable::load(Entry& entry) {
  // The other slot first: readers look at the current one, and only under the lock.
  const int other = entry.other();
  const bool present = readEngine(entry, slot(entry, other));
  if (!present) type_->reset(slot(entry, other));
  const std::size_t bytes = measure(entry, other);

  const std::lock_guard lock(mutex_);
  {
    const Counted counted(*this, entry);
    entry.current = static_cast<std::uint8_t>(other);
    entry.loaded = true;
    entry.in_engine = present ? InEngine::present : InEngine::absent;
    entry.bytes = bytes;
  }
  trimReadCache(&entry);
}

void StoreTable::trimReadCache(const Entry* keep) {
  reportReadCache();
  // A second chance for those that were used is cheaper than keeping them in order at each look-up. Not for too many at
  // once, for all others wait meanwhile.
  constexpr int most_spared = 8;
  constexpr int most_pinned = 2;
  int spared = 0;
  int pinned = 0;
  while (clean_bytes_ > (read_caches_ ? read_caches_->limitOf(clean_bytes_) : context_->readCacheBytes())) {
    Entry* const oldest = clean_.front();
    if (!oldest || pinned > most_pinned) return;
    const bool is_pinned = oldest == keep || oldest == told_;
    const bool is_spared = !is_pinned && spared < most_spared && std::exchange(oldest->used, false);
    pinned = is_pinned ? pinned + 1 : 0;
    spared = is_spared ? spared + 1 : is_pinned ? spared : 0;
    if (is_pinned || is_spared) {
      clean_.moveToBack(*oldest);
    } else {
      forget(*oldest);
      reportReadCache();
    }
  }
}

void StoreTable::releasePrevious() noexcept {
  if (!previous_) return;
  if (!previous_->cache_dirty) type_->reset(slot(*previous_, previous_->other()));
  previous_ = nullptr;
}

// --- accounts

void StoreTable::countOut(const Entry& entry) noexcept {
  if (entry.cache_dirty) cache_bytes_ -= cacheBytes(entry);
  (entry.dirty() ? dirty_bytes_ : clean_bytes_) -= entry.bytes;
  extra_entries_ -= extraEntries(entry);
}

void StoreTable::countIn(const Entry& entry) noexcept {
  if (entry.cache_dirty) cache_bytes_ += cacheBytes(entry);
  (entry.dirty() ? dirty_bytes_ : clean_bytes_) += entry.bytes;
  extra_entries_ += extraEntries(entry);
}

std::int64_t StoreTable::extraEntries(const Entry& entry) const noexcept {
  if (!entry.dirty()) return 0;
  const bool before = entry.in_engine == InEngine::present;
  // What only the record cache knows does not count, as in Java.
  bool now = before;
  if (!entry.cache_dirty) {
    now = type_->stored(current(entry)) != nullptr;
  } else if (entry.flushed_known) {
    now = type_->stored(slot(entry, entry.other())) != nullptr;
  }
  return static_cast<std::int64_t>(now) - static_cast<std::int64_t>(before);
}

void StoreTable::reportCache() {
  std::size_t& used = context_->cacheBudget().used_bytes;
  used += cache_bytes_;
  used -= reported_bytes_;
  reported_bytes_ = cache_bytes_;
}

void StoreTable::reportReadCache() noexcept {
  if (read_caches_) read_caches_->changed(reported_clean_bytes_, clean_bytes_);
  reported_clean_bytes_ = clean_bytes_;
}

std::size_t StoreTable::entryOverhead() const noexcept {
  return layout_.overhead() + EntryIndex::bytes_per_entry;
}

std::size_t StoreTable::cacheBytes(const Entry& entry) const noexcept {
  // Java: three references of 8 bytes, a flag, and time, offset, partition and topic of the record. A number is 8 bytes;
  // text and the like come with entry.bytes.
  constexpr std::size_t topic_name = 16;
  constexpr std::size_t overhead_in_java = 3 * 8 + 1 + 2 * 8 + 4 + topic_name + 8;
  const std::size_t timestamp = options_.timestamped ? 8 : 0;
  return entry.bytes - entryOverhead() + overhead_in_java + timestamp;
}

std::uint32_t StoreTable::measure(const Entry& entry, int which) {
  std::size_t bytes = entryOverhead() + EntryLayout::keyBytes(entry);
  const Headers* const headers = options_.caching ? static_cast<const CachedEntry&>(entry).headers.get() : nullptr;
  if (headers) {
    for (const Header& header : *headers)
      bytes += sizeof(Header) + header.key.size() + (header.value ? header.value->size() : 0);
  }
  const void* at = slot(entry, which);
  if (type_->stored(at)) {
    if (const auto heap = type_->heapBytes(at)) {
      bytes += *heap;
    } else {
      size_buffer_.clear();
      type_->encode(at, size_buffer_);
      bytes += size_buffer_.size();
    }
  }
  return static_cast<std::uint32_t>(std::min<std::size_t>(bytes, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace widgetstream::detail
