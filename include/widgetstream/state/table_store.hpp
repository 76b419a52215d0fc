#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/state/inspectable_store.hpp"
#include "widgetstream/state/record_stamp.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/store_engine.hpp"

/// The part of a typed store that needs no type, so that it is compiled once. Programs use typed_key_value_store.hpp.
namespace widgetstream::detail {

/// What is stored, taken apart. The headers are borrowed from it.
struct StoredParts {
  Bytes value;
  Timestamp timestamp = no_timestamp;
  const Headers* headers = &noHeaders();
};

/// What a table must know of the values it keeps. Each lives in a slot, which is a std::optional of it in raw memory
/// of the table; an empty slot is null.
///
/// Threads  const calls from any thread.
class ValueType {
 public:
  virtual ~ValueType() = default;
  [[nodiscard]] virtual std::size_t slotSize() const noexcept = 0;
  [[nodiscard]] virtual std::size_t slotAlignment() const noexcept = 0;
  /// Makes an empty slot of raw memory.
  virtual void construct(void* slot) const noexcept = 0;
  virtual void destroy(void* slot) const noexcept = 0;
  virtual void reset(void* slot) const noexcept = 0;
  /// Copies a value that is not null into the slot. `value` may be the one in it. What the slot has no room for,
  /// timestamp or headers, is left out.
  virtual void assign(void* slot, const void* value, Timestamp timestamp, const Headers& headers) const = 0;
  virtual void copy(void* to_slot, const void* from_slot) const = 0;
  /// What the slot holds, as the store's users see it; null when empty.
  [[nodiscard]] virtual const void* stored(const void* slot) const noexcept = 0;
  /// Takes apart what stored() gives; values that nobody looks into need not know how.
  [[nodiscard]] virtual StoredParts parts(const void* stored) const {
    static_cast<void>(stored);
    return {};
  }
  /// Appends the value's bytes, without timestamp and headers. The slot is not empty.
  virtual void encode(const void* slot, Bytes& out) const = 0;
  /// The headers kept with the value. The slot is not empty.
  [[nodiscard]] virtual const Headers& headers(const void* slot) const noexcept = 0;
  virtual void decode(BytesView bytes, Timestamp timestamp, const Headers& headers, void* slot) const = 0;
  /// Bytes of memory beyond the slot itself; nullopt when only encoding can tell.
  [[nodiscard]] virtual std::optional<std::size_t> heapBytes(const void* slot) const noexcept = 0;
};

/// An entry that leaves the record cache. The pointers are what ValueType::stored() gives; null is null.
struct CacheFlush {
  BytesView key;
  const void* new_stored = nullptr;
  const void* old_stored = nullptr;
  Timestamp timestamp = no_timestamp;  ///< of the new value; of the deleting record when there is none
  const RecordStamp& stamp;
};

/// A walk over the state of a table at one moment, buffer and engine merged. What it shows dies at next().
class TableCursor {
 public:
  virtual ~TableCursor() = default;
  [[nodiscard]] virtual bool valid() const = 0;
  virtual void next() = 0;
  [[nodiscard]] virtual BytesView key() const = 0;
  [[nodiscard]] virtual const void* stored() const = 0;
};

class StoreTable;
class TableRules;

/// Reads of a table by any thread, while its owner writes.
///
/// Errors  Error{not_available} once the store is closed.
class TableReader {
 public:
  explicit TableReader(std::shared_ptr<const StoreTable> table) noexcept;

  /// Copies the value into the slot; leaves it empty when there is none.
  void get(BytesView key, void* slot) const;
  [[nodiscard]] std::unique_ptr<TableCursor> scan(const ScanBounds& bounds) const;
  [[nodiscard]] std::uint64_t approximateEntries() const;
  [[nodiscard]] const StoreTable& table() const noexcept { return *table_; }

 private:
  std::shared_ptr<const StoreTable> table_;
};

struct TableOptions {
  std::string name;
  bool persistent = true;
  bool logging = true;
  bool caching = false;
  /// Values bear a timestamp, which their changelog records have.
  bool timestamped = true;
  /// Values bear headers, which their changelog records have.
  bool with_headers = false;
  /// Changelog records are dated by the producer, whatever the time of what they tell.
  bool producer_dates_log = false;
  /// How the engine has them. What a format has no room for is lost in the engine alone.
  ValueFormat format = ValueFormat::timestamped;
  /// Rows lie in segments, which the engine drops whole.
  std::optional<Milliseconds> segment_interval;
  /// Not 0: the table keeps this many entries, those used last.
  std::size_t max_entries = 0;
  OpenEngine open;
};

/// A state store but for its types: a table over an engine.
class TableStore : public StateStore, public InspectableStore {
 public:
  explicit TableStore(TableOptions options);
  ~TableStore() override;
  TableStore(const TableStore&) = delete;
  TableStore& operator=(const TableStore&) = delete;

  [[nodiscard]] const std::string& name() const final { return options_.name; }
  [[nodiscard]] bool persistent() const final { return options_.persistent; }
  void open(StoreContext& context) final;
  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const final;
  [[nodiscard]] Position position() const final;
  void restore(std::span<const ChangelogRecord> records, std::int64_t offset) final;
  void restoreEnded() final;
  void flushCache() final;
  void commit(std::optional<std::int64_t> changelog_offset) final;
  void discard() final;
  [[nodiscard]] std::size_t bufferedBytes() const final;
  void flushEngine() final;
  [[nodiscard]] std::uint64_t engineMemoryBytes() const final;
  void close() noexcept final;

  [[nodiscard]] std::string kind() const override;
  [[nodiscard]] std::vector<StoreRow> rows() const override;

  /// True if changes are forwarded by the flush listener; false if the caller of put() forwards them itself, after it.
  /// Known from open() on: a cache without memory (statestore.cache.max.bytes = 0) is none.
  [[nodiscard]] bool caching() const noexcept;

 protected:
  /// `topic` is what the serdes are told: the changelog topic.
  [[nodiscard]] virtual std::shared_ptr<const ValueType> makeValueType(const std::string& topic) const = 0;
  /// What holds for the keys of a table beyond being keys; null: nothing. Asked at each open().
  [[nodiscard]] virtual std::shared_ptr<TableRules> makeRules() { return nullptr; }

  /// What else the store knows is that of what has been committed: told after each commit and restore, and after a
  /// discard, when it is to be so again.
  virtual void committed() noexcept {}
  virtual void discarded() noexcept {}

  /// What is stored under `key`, or null. It lives until the next call, and if that is a put() of the same key into a
  /// store without caching, until the put() after it.
  [[nodiscard]] const void* findStored(BytesView key) const;
  /// Null erases. `value` is a bare value, copied.
  void putValue(BytesView key, const void* value, Timestamp timestamp, const RecordStamp& stamp);
  [[nodiscard]] std::unique_ptr<TableCursor> scan(const ScanBounds& bounds) const;
  [[nodiscard]] std::uint64_t approximateEntries() const;
  void onCacheFlush(std::function<void(const CacheFlush&)> listener);

  [[nodiscard]] TableReader tableReader() const;
  /// `name` with what the format of values adds to it.
  [[nodiscard]] std::string kindOf(const std::string& name) const;
  [[nodiscard]] StoreRow rowOf(BytesView key, const void* stored) const;
  [[nodiscard]] const std::string& topic() const noexcept { return topic_; }
  [[nodiscard]] RecordStamp currentStamp() const;
  [[nodiscard]] StoreTable& table() const;
  [[nodiscard]] const std::function<void(const CacheFlush&)>& listener() const noexcept { return listener_; }

 private:
  TableOptions options_;
  std::string topic_;
  StoreContext* context_ = nullptr;
  std::function<void(const CacheFlush&)> listener_;
  std::shared_ptr<const ValueType> type_;
  std::shared_ptr<StoreTable> table_;  // shared with readers; a new one at each open()
};

/// The bounds of `first` <= key <= `last`; nullopt is open.
[[nodiscard]] ScanBounds rangeBounds(std::optional<Bytes> first, std::optional<Bytes> last, bool reverse);
/// The bounds of the keys that begin with `prefix` and are greater than `after`, if that is not empty.
[[nodiscard]] ScanBounds prefixBoundsAfter(BytesView prefix, BytesView after);

}  // namespace widgetstream::detail
