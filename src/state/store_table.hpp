#pragma once

#include <boost/container/small_vector.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "state/entry.hpp"
#include "state/entry_index.hpp"
#include "state/entry_memory.hpp"
#include "state/kept_position.hpp"
#include "state/recent_keys.hpp"
#include "state/sorted_entries.hpp"
#include "state/table_rules.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream::detail {

struct StoreTableOptions {
  std::string store;
  bool logging = true;
  bool caching = false;
  bool timestamped = true;
  bool with_headers = false;
  bool producer_dates_log = false;
  ValueFormat format = ValueFormat::timestamped;
  /// Not 0: the table keeps this many entries, those used last.
  std::size_t max_entries = 0;
};

/// The entries of one store that are in memory, over its engine. Three things share them (design D5):
///   the record cache   entries changed since they were last logged and forwarded,
///   the write buffer   entries logged, but not committed to the engine,
///   the read cache     entries equal to the engine's.
///
/// Order    engine = what the changelog had at the last commit; buffer on top of it; cache on top of that.
/// Threads  the owner's changes happen under mutex_, its own reads need no lock; readers hold mutex_ for a look-up or
///          for a copy of the dirty entries. Lists through entries, statistics but `extra_entries_` and the buffers are
///          the owner's alone.
class StoreTable {
 public:
  using FlushListener = std::function<void(const CacheFlush&)>;

  StoreTable(StoreTableOptions options, std::shared_ptr<StoreEngine> engine, std::shared_ptr<const ValueType> type,
             std::shared_ptr<TableRules> rules, StoreContext& context);
  ~StoreTable();
  StoreTable(const StoreTable&) = delete;
  StoreTable& operator=(const StoreTable&) = delete;

  // The owner's.
  [[nodiscard]] bool caching() const noexcept { return options_.caching; }
  [[nodiscard]] const void* find(BytesView key);
  void put(BytesView key, const void* value, Timestamp timestamp, const RecordStamp& stamp,
           const FlushListener& listener);
  /// A put of null to which no rule about puts that come too late applies.
  void remove(BytesView key, const RecordStamp& stamp, const FlushListener& listener);
  /// Tells the changelog alone of a change.
  void logOnly(BytesView changelog_key, NullableBytesView value, const RecordStamp& stamp);
  void flushCache(const FlushListener& listener);
  void commit(std::optional<std::int64_t> changelog_offset);
  void discard();
  void restore(std::span<const ChangelogRecord> records, std::int64_t offset);
  [[nodiscard]] std::size_t bufferedBytes() const noexcept { return dirty_bytes_; }
  [[nodiscard]] StoreEngine& engine() const noexcept { return *engine_; }
  void close() noexcept;

  // Any thread's.
  void get(BytesView key, void* slot) const;
  [[nodiscard]] std::unique_ptr<TableCursor> scan(const ScanBounds& bounds) const;
  /// Null: there are none.
  [[nodiscard]] std::unique_ptr<TableCursor> scanRows(const RowScan& rows) const;
  [[nodiscard]] std::uint64_t approximateEntries() const;
  [[nodiscard]] Position position() const;

 private:
  [[nodiscard]] void* slot(const Entry& entry, int which) const noexcept { return layout_.slot(entry, which); }
  [[nodiscard]] const void* current(const Entry& entry) const noexcept { return slot(entry, entry.current); }

  [[nodiscard]] Entry* lookUp(BytesView key) const;
  [[nodiscard]] Entry* lookUp(BytesView key, std::uint32_t hash) const;
  [[nodiscard]] Entry& obtain(BytesView key);
  [[nodiscard]] Entry* makeEntry(BytesView key, std::uint32_t hash);
  /// Of tables with a record cache, all entries are so.
  [[nodiscard]] static CachedEntry& cached(Entry& entry) noexcept { return static_cast<CachedEntry&>(entry); }
  void freeEntry(Entry* entry) noexcept;
  void forget(Entry& entry) noexcept;  // under mutex_
  void forgetEverything() noexcept;    // under mutex_
  void load(Entry& entry);
  bool readEngine(const Entry& entry, void* into) const;
  /// Rows later than all that are in the engine alone need not be looked for there.
  [[nodiscard]] bool mayBeInEngineAlone(std::int64_t segment, std::int64_t time) const noexcept;
  /// The same of rows that are in the engine, whether in memory too or not; the owner's.
  [[nodiscard]] bool mayBeInEngine(std::int64_t segment, std::int64_t time) const noexcept;
  void goesToEngine(BytesView key) noexcept;
  /// A row that no read finds any more once it is out of memory, and of which the engine has nothing.
  [[nodiscard]] bool outlived(const Entry& entry) const noexcept;
  /// Rows in the write buffer that are so leave it without a commit, each time that it has grown by an eighth.
  void dropOutlived();

  void putThrough(Entry& entry, const void* value, Timestamp timestamp, const RecordStamp& stamp, bool removal);
  void change(BytesView key, const void* value, Timestamp timestamp, const RecordStamp& stamp,
              const FlushListener& listener, bool removal);
  /// True if the change goes to the engine; false if it comes too late, which is counted.
  [[nodiscard]] bool admitted(const Entry& entry, bool removal);
  [[nodiscard]] bool hidden(const Entry& entry) const noexcept;
  void putCached(CachedEntry& entry, const void* value, Timestamp timestamp, const RecordStamp& stamp);
  void recount(CachedEntry& entry);
  void setStamp(CachedEntry& entry, const RecordStamp& stamp);
  [[nodiscard]] RecordStamp stampOf(const CachedEntry& entry) const;
  void fill(void* into, const void* value, Timestamp timestamp, const RecordStamp& stamp) const;
  [[nodiscard]] std::size_t entryOverhead() const noexcept;
  /// What an entry counts for in `statestore.cache.max.bytes`: about what Java counts for it, so that one setting holds
  /// as many keys here as there. What it really takes is entry.bytes.
  [[nodiscard]] std::size_t cacheBytes(const Entry& entry) const noexcept;
  /// Bytes of memory an entry with this value takes.
  [[nodiscard]] std::uint32_t measure(const Entry& entry, int which);
  void log(const Entry& entry, int which, Timestamp record_timestamp, const Headers& record_headers);

  void evict(const FlushListener& listener);
  void flushEntries(CachedEntry* first, const FlushListener& listener);
  void flushEntry(CachedEntry& entry, const FlushListener& listener);
  void loadFlushed(Entry& entry);
  void leaveCache(Entry& entry) noexcept;  // under mutex_
  void leaveClean(Entry& entry) noexcept;  // under mutex_
  [[nodiscard]] StoreBatch batchOfBuffered();
  void addToBatch(const Entry& entry, StoreBatch& batch);
  void settleBuffered();
  void dropExpired();
  [[nodiscard]] StoreBatch restored(std::span<const ChangelogRecord> records);
  [[nodiscard]] StoreBatch restoredRows(std::span<const ChangelogRecord> records);
  /// Valid until the next call.
  [[nodiscard]] BytesView restoredValue(const ChangelogRecord& record);

  // Tables that keep only so many entries.
  void loadRecent();
  void makeRoomFor(const Entry& entry, const void* value, Timestamp record_timestamp);
  void forgetOldest(Entry& oldest, Timestamp record_timestamp);

  // Which entries walks find beside the engine's.
  void sortIn(Entry& entry);                                                          // under mutex_
  void sortOut(Entry& entry) noexcept;                                                // under mutex_
  using Segments = boost::container::small_vector<std::int64_t, 8>;
  [[nodiscard]] Segments segmentsWithin(const RowScan& rows) const;                   // under mutex_
  void countInSegment(const Entry& entry, std::int64_t more);                         // under mutex_

  void trimReadCache(const Entry* keep);  // under mutex_
  void releasePrevious() noexcept;
  void reportCache();
  void reportReadCache() noexcept;

  /// Counts an entry out while it changes and in afterwards, even if the change throws. Under mutex_, for readers see
  /// `extra_entries_`.
  class Counted {
   public:
    Counted(StoreTable& table, Entry& entry) noexcept : table_(table), entry_(entry) { table_.countOut(entry_); }
    ~Counted() { table_.countIn(entry_); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

   private:
    StoreTable& table_;
    Entry& entry_;
  };
  void countOut(const Entry& entry) noexcept;
  void countIn(const Entry& entry) noexcept;
  [[nodiscard]] std::int64_t extraEntries(const Entry& entry) const noexcept;

  void requireOpen() const;  // under mutex_, or by the owner

  const StoreTableOptions options_;
  const std::shared_ptr<StoreEngine> engine_;
  const std::shared_ptr<const ValueType> type_;
  const std::shared_ptr<TableRules> rules_;  // null: the keys are just keys
  StoreContext* context_;                    // the owner's

  const EntryLayout layout_;
  EntryMemory memory_;                       // the owner's
  mutable std::mutex mutex_;
  EntryIndex index_;                                                     // guarded by mutex_
  mutable SortedEntries sorted_;           // guarded by mutex_; sorts itself when read
  mutable SortedEntries sorted_by_index_;  // guarded by mutex_; of tables with an index
  std::map<std::int64_t, std::size_t> entries_in_segments_;  // guarded by mutex_; entries in memory, with rules
  std::vector<std::int64_t> engine_segments_;                // guarded by mutex_; ascending
  std::optional<std::int64_t> opened_with_;  // the last segment that the engine had at the beginning
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();
  std::int64_t newest_in_engine_ = never;                     // of rows written since then; the owner's
  std::atomic<std::int64_t> newest_in_engine_alone_ = never;  // of those that walks do not find in memory
  std::int64_t extra_entries_ = 0;  // guarded by mutex_; entries the buffer adds to the engine's
  bool closed_ = false;             // guarded by mutex_
  KeptPosition position_;           // guarded by mutex_, but for the owner's reads

  EntryList<Entry, &Entry::recency> cached_;              // by last use
  EntryList<CachedEntry, &CachedEntry::updates> updated_;  // the same entries, by last update
  EntryList<Entry, &Entry::recency> clean_;               // as they became so, or were spared
  std::vector<Entry*> buffered_;        // in the order they were logged in first
  std::uint64_t updates_ = 0;
  std::size_t cache_bytes_ = 0;
  std::size_t reported_bytes_ = 0;  // of them in the thread's CacheBudget
  std::size_t dirty_bytes_ = 0;
  static constexpr std::size_t least_to_look_through = std::size_t{256} << 10;
  std::size_t look_for_outlived_at_ = least_to_look_through;  // dirty bytes
  std::size_t clean_bytes_ = 0;
  ReadCaches* const read_caches_;  // null: the store has its own
  std::size_t reported_clean_bytes_ = 0;
  bool flushing_ = false;
  mutable Entry* last_used_ = nullptr;         // most look-ups come in pairs, get and put
  const Entry* told_ = nullptr;                // a listener hears of its change, and may do anything meanwhile
  Entry* previous_ = nullptr;                  // its other slot still shows what the last put() replaced
  std::set<std::string, std::less<>> topics_;  // names that stamps of entries point at
  const std::string* last_topic_ = nullptr;
  mutable Bytes read_buffer_;
  Bytes value_buffer_;
  Bytes size_buffer_;
  Bytes changelog_key_buffer_;
  Bytes index_key_buffer_;
  std::optional<RecentKeys> recent_;  // of tables that keep only so many entries
};

}  // namespace widgetstream::detail
