#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
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

/// One key of a table. The memory behind it holds two value slots and the key's bytes: the current value, and beside it the version that
/// the layers below the record cache know (or, without a cache, the one put() has just replaced). Changing a value is
/// thus turning `current` around: nothing is copied to keep the old one.
struct Entry {
  static constexpr std::size_t not_sorted = static_cast<std::size_t>(-1);
  static constexpr std::size_t sorted_in = static_cast<std::size_t>(-2);

  BytesView key;  ///< behind the slots
  std::uint64_t hash = 0;
  EntryLink recency;  ///< least recently used first; in the list of cached or of clean entries
  EntryLink updates;  ///< cached entries, in order of their last update
  std::uint64_t update_number = 0;
  Timestamp timestamps[2] = {no_timestamp, no_timestamp};

  // The record behind the newest cached put.
  const std::string* topic = nullptr;
  std::int64_t offset = -1;
  Timestamp record_timestamp = no_timestamp;
  std::unique_ptr<Headers> headers;  ///< null for none
  std::int32_t partition = -1;

  std::size_t unsorted_at[2] = {not_sorted, not_sorted};  ///< place in either SortedEntries
  std::unique_ptr<Bytes> index_key;                       ///< the row's second key; null in tables without an index

  std::uint32_t puts = 0;  ///< since the entry became dirty
  std::size_t bytes = 0;   ///< what it counts for
  std::uint8_t current = 0;
  bool loaded = false;         ///< the current value is known; false only between creation and the first load or put
  bool cache_dirty = false;    ///< changed since it last passed through the record cache
  bool flushed_known = false;  ///< cache_dirty: the other slot holds the version below the cache
  bool buffer_dirty = false;   ///< logged, and not in the engine yet
  bool in_cache = false;       ///< put through the record cache and not evicted since: what Java would find there
  InEngine in_engine = InEngine::unknown;

  [[nodiscard]] bool dirty() const noexcept { return cache_dirty || buffer_dirty; }
  [[nodiscard]] int other() const noexcept { return current ^ 1; }
};

/// An intrusive list through one of an entry's links.
template <EntryLink Entry::*link>
class EntryList {
 public:
  [[nodiscard]] Entry* front() const noexcept { return first_; }
  [[nodiscard]] static Entry* after(const Entry& entry) noexcept { return (entry.*link).after; }

  void pushBack(Entry& entry) noexcept {
    (entry.*link) = {last_, nullptr};
    (last_ ? (last_->*link).after : first_) = &entry;
    last_ = &entry;
  }
  void erase(Entry& entry) noexcept {
    const auto [before, after] = entry.*link;
    (before ? (before->*link).after : first_) = after;
    (after ? (after->*link).before : last_) = before;
    (entry.*link) = {};
  }
  void moveToBack(Entry& entry) noexcept {
    if (last_ == &entry) return;
    erase(entry);
    pushBack(entry);
  }

 private:
  Entry* first_ = nullptr;
  Entry* last_ = nullptr;
};

}  // namespace widgetstream::detail
