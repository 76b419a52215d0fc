#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "state/big_endian.hpp"
#include "widgetstream/core/bytes.hpp"
#include "widgetstream/state/store_engine.hpp"

namespace widgetstream::detail {

/// What holds for the keys of a table whose entries are rows that expire. A row's key begins with the number of its
/// segment; the changelog knows it under another key.
///
/// Threads  const calls from any thread, others from the owner's.
class TableRules {
 public:
  virtual ~TableRules() = default;

  /// Rows of an earlier time are hidden, unless they are in the record cache.
  [[nodiscard]] virtual std::int64_t visibleFrom() const noexcept = 0;
  /// The time of a row, by either of its keys.
  [[nodiscard]] virtual std::int64_t timeOf(BytesView key) const noexcept = 0;
  [[nodiscard]] bool visible(BytesView key) const noexcept { return timeOf(key) >= visibleFrom(); }

  /// A put of the row passes the record cache. False: it comes too late.
  [[nodiscard]] virtual bool admit(BytesView key) = 0;
  /// The same of a removal, which never is too late.
  virtual void admitRemoval(BytesView key) = 0;
  /// A row that is restored; its time counts before that of those restored with it are looked at.
  virtual void observe(BytesView key) = 0;
  /// Rows of an earlier time are not shown by any read, once they have left the record cache: they need not be kept.
  [[nodiscard]] virtual std::int64_t neededFrom() const noexcept = 0;
  /// What the rules know of time is that of what has been committed from now on, and again at rollBack().
  virtual void committed() noexcept = 0;
  virtual void rollBack() noexcept = 0;
  /// Rows of earlier segments are gone.
  [[nodiscard]] virtual std::int64_t firstLiveSegment() const noexcept = 0;

  /// What the changelog calls the row: a part of `key`, or put together in `scratch`.
  [[nodiscard]] virtual BytesView changelogKey(BytesView key, Bytes& scratch) const = 0;
  /// Errors  Error{fatal} when no store of this kind has written such a key.
  virtual void rowKey(BytesView changelog_key, Bytes& out) const = 0;

  /// True if rows lie in the engine a second time, under another key of the same segment.
  [[nodiscard]] virtual bool indexed() const noexcept = 0;
  virtual void indexKey(BytesView key, Bytes& out) const = 0;

  /// Rows of one segment and key are equal but for this many last bytes of their keys; 0: they are not.
  [[nodiscard]] virtual std::size_t tailOfKey() const noexcept = 0;
  /// The same of their second keys.
  [[nodiscard]] virtual std::size_t tailOfIndexKey() const noexcept = 0;

  [[nodiscard]] static std::int64_t segmentOf(BytesView key) noexcept { return readBigEndian(key.data()); }
};

/// A walk over rows, segment by segment.
class RowScan {
 public:
  virtual ~RowScan() = default;
  [[nodiscard]] virtual ScanBounds boundsIn(std::int64_t segment) const = 0;
  /// Of one_key: what all of its rows in the segment begin with.
  virtual void beginningIn(std::int64_t segment, Bytes& out) const = 0;

  /// No row of an earlier time is in the range.
  std::int64_t first_time = std::numeric_limits<std::int64_t>::min();
  std::int64_t first_segment = 0;
  std::int64_t last_segment = std::numeric_limits<std::int64_t>::max();
  std::int64_t visible_from = 0;
  bool by_index = false;
  /// All rows are of one key, whose rows lie side by side.
  bool one_key = false;
  bool reverse = false;
};

}  // namespace widgetstream::detail
