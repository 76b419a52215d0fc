#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream::detail {

struct Entry;

struct EntryLink {
  Entry* before = nullptr;
  Entry* after = nullptr;
};

/// What the engine has under an entry's key, as far as we know.
enum class InEngine : std::uint8_t { unknown, absent, present };

/// One key of a table. The memory behind it holds the key's bytes, those of the row's second key, and two value slots:
/// the current value, and beside it the version that the layers below the record cache know (or, without a cache, the
/// one put() has just replaced). Changing a value is thus turning `current` around: nothing is copied to keep the old
/// one.
///
/// There may be millions of them, so it is as small as it can be, and what a look-up reads stands together: most of
/// what that costs is waiting for memory.
struct Entry {
  using Place = std::uint32_t;
  static constexpr Place not_sorted = static_cast<Place>(-1);
  static constexpr Place sorted_in = static_cast<Place>(-2);

  BytesView key;      ///< behind the entry
  EntryLink recency;  ///< in the list of cached entries, least recently used first, or in that of clean ones
  Timestamp timestamps[2] = {no_timestamp, no_timestamp};

  std::uint32_t hash = 0;                           ///< the key's, as far as it goes
  std::uint32_t bytes = 0;                          ///< what it counts for
  Place unsorted_at[2] = {not_sorted, not_sorted};  ///< place in either SortedEntries
  std::uint32_t index_size = 0;                     ///< of the second key; 0 in tables without an index

  std::uint8_t current = 0;
  bool loaded = false;         ///< the current value is known; false only between creation and the first load or put
  bool cache_dirty = false;    ///< changed since it last passed through the record cache
  bool flushed_known = false;  ///< cache_dirty: the other slot holds the version below the cache
  bool buffer_dirty = false;   ///< logged, and not in the engine yet
  bool in_cache = false;       ///< put through the record cache and not evicted since: what Java would find there
  bool used = false;           ///< looked up while it was clean, and not spared for it since
  InEngine in_engine = InEngine::unknown;

  [[nodiscard]] bool dirty() const noexcept { return cache_dirty || buffer_dirty; }
  [[nodiscard]] int other() const noexcept { return current ^ 1; }
  [[nodiscard]] bool indexed() const noexcept { return index_size != 0; }
  [[nodiscard]] BytesView indexKey() const noexcept { return {key.data() + key.size(), index_size}; }
};

/// An entry of a table with a record cache.
struct CachedEntry : Entry {
  EntryLink updates;  ///< in order of their last update
  std::uint64_t update_number = 0;
  std::uint32_t puts = 0;  ///< since the entry became dirty

  // The record behind the newest put.
  std::int32_t partition = -1;
  const std::string* topic = nullptr;
  std::int64_t offset = -1;
  Timestamp record_timestamp = no_timestamp;
  std::unique_ptr<Headers> headers;  ///< null for none
};

/// Where the parts of an entry's memory are.
class EntryLayout {
 public:
  EntryLayout(std::size_t entry_size, std::size_t slot_size, std::size_t slot_alignment) noexcept
      : entry_size_(entry_size), slot_size_(slot_size), alignment_(slot_alignment) {}

  [[nodiscard]] std::align_val_t alignment() const noexcept {
    return std::align_val_t{std::max(alignof(CachedEntry), alignment_)};
  }
  /// Where the keys begin.
  [[nodiscard]] std::size_t keysAt() const noexcept { return entry_size_; }
  /// Of an entry with keys of so many bytes.
  [[nodiscard]] std::size_t size(std::size_t key_bytes) const noexcept { return slotsAt(key_bytes) + 2 * slot_size_; }
  /// What an entry takes besides its keys and values.
  [[nodiscard]] std::size_t overhead() const noexcept { return size(0); }
  [[nodiscard]] static std::size_t keyBytes(const Entry& entry) noexcept { return entry.key.size() + entry.index_size; }
  [[nodiscard]] void* slot(const Entry& entry, int which) const noexcept {
    const auto* memory = reinterpret_cast<const std::byte*>(&entry);
    return const_cast<std::byte*>(memory) + slotsAt(keyBytes(entry)) + static_cast<std::size_t>(which) * slot_size_;
  }

 private:
  [[nodiscard]] std::size_t slotsAt(std::size_t key_bytes) const noexcept {
    return (entry_size_ + key_bytes + alignment_ - 1) & ~(alignment_ - 1);
  }

  std::size_t entry_size_;
  std::size_t slot_size_;
  std::size_t alignment_;
};

/// An intrusive list of entries of one kind through one of their links.
template <class Kind, EntryLink Kind::*link>
class EntryList {
 public:
  [[nodiscard]] Kind* front() const noexcept { return first_; }
  [[nodiscard]] static Kind* after(const Kind& entry) noexcept { return static_cast<Kind*>((entry.*link).after); }

  void pushBack(Kind& entry) noexcept {
    (entry.*link) = {last_, nullptr};
    if (last_) {
      (last_->*link).after = &entry;
    } else {
      first_ = &entry;
    }
    last_ = &entry;
  }
  void erase(Kind& entry) noexcept {
    Kind* const before = static_cast<Kind*>((entry.*link).before);
    Kind* const after = static_cast<Kind*>((entry.*link).after);
    if (before) {
      (before->*link).after = after;
    } else {
      first_ = after;
    }
    if (after) {
      (after->*link).before = before;
    } else {
      last_ = before;
    }
    (entry.*link) = {};
  }
  void moveToBack(Kind& entry) noexcept {
    if (last_ == &entry) return;
    erase(entry);
    pushBack(entry);
  }

 private:
  Kind* first_ = nullptr;
  Kind* last_ = nullptr;
};

}  // namespace widgetstream::detail
