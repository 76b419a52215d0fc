#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "state/table_rules.hpp"
#include "widgetstream/state/windowed_table.hpp"

namespace widgetstream::detail {

/// A row's parts. The key is a view into the row's key, or into the scratch given.
struct RowParts {
  BytesView key;
  std::int64_t start = 0;
  std::int64_t end = 0;
};

/// The rows of a window or session store: what their keys look like, and how long they live. All numbers are
/// big-endian; S is the row's segment, i64.
///
///   windows   by key    S, key, i64 start, i32 sequence             behind S these are the keys of the changelog
///             by time   S, 00, i64 start, key, i32 sequence
///             index     S, 01, key, i64 start, i32 sequence
///   sessions  by key    S, key, i64 end, i64 start                  behind S these are the keys of the changelog
///             by time   S, 00, i64 end, i64 start, key
///             in memory S, 00, i64 end, escaped key, ~i64 start
///             index     S, 01, key, i64 end, i64 start (in memory: ~start)
///
/// Behind S they are Java's (contract 5.3 to 5.5), but for sessions in memory, whose order there is by end, by key, and
/// the later start first: a key is escaped so that its end sorts before any byte, a zero byte as 00 01 and the end as
/// 00 00.
///
/// Threads  const calls from any thread, others from the owner's.
class WindowedRows final : public TableRules {
 public:
  WindowedRows(const WindowedOptions& options, std::string store);

  // Keys.

  /// A row's key in the table, in `out`.
  void makeKey(BytesView key, Window window, std::int32_t sequence, Bytes& out) const;
  /// Reads either key of a row.
  [[nodiscard]] RowParts parse(BytesView row, Bytes& scratch) const;
  /// The next sequence number of a store that retains duplicates; of others it is always 0.
  [[nodiscard]] std::int32_t nextSequence() noexcept;
  [[nodiscard]] std::int32_t sequence() const noexcept { return sequence_; }

  // Walks.

  [[nodiscard]] const WindowedOptions& options() const noexcept { return options_; }
  /// Walks by end show rows from here on: what closes a session is looked for by its end, when it may be hidden already.
  /// Java's store on disk shows it.
  [[nodiscard]] std::int64_t shownByEndFrom() const noexcept;
  /// The time rows of a segment end at, at the latest.
  [[nodiscard]] std::int64_t lastTimeIn(std::int64_t segment) const noexcept;
  [[nodiscard]] std::int64_t segmentAt(std::int64_t time) const noexcept;
  /// True if `parts` are in the range.
  [[nodiscard]] static bool within(const WindowRange& range, const RowParts& parts, bool sessions) noexcept;

  // TableRules.

  [[nodiscard]] std::int64_t visibleFrom() const noexcept override;
  [[nodiscard]] std::int64_t timeOf(BytesView key) const noexcept override;
  [[nodiscard]] bool admit(BytesView key) override;
  void admitRemoval(BytesView key) override;
  void observe(BytesView key) override;
  [[nodiscard]] std::int64_t neededFrom() const noexcept override;
  void committed() noexcept override { committed_time_ = observed_.load(std::memory_order_relaxed); }
  void rollBack() noexcept override { observed_.store(committed_time_, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t firstLiveSegment() const noexcept override;
  [[nodiscard]] BytesView changelogKey(BytesView key, Bytes& scratch) const override;
  void rowKey(BytesView changelog_key, Bytes& out) const override;
  [[nodiscard]] bool indexed() const noexcept override { return options_.order == RowOrder::by_time_indexed; }
  void indexKey(BytesView key, Bytes& out) const override;
  [[nodiscard]] std::size_t tailOfKey() const noexcept override { return byTime() ? 0 : tailOfIndexKey(); }
  [[nodiscard]] std::size_t tailOfIndexKey() const noexcept override;

 private:
  [[nodiscard]] bool byTime() const noexcept { return options_.order != RowOrder::by_key; }
  [[nodiscard]] bool memorySessions() const noexcept { return options_.in_memory && options_.sessions; }

  const WindowedOptions options_;
  const std::string store_;
  std::int32_t sequence_ = 0;                // the owner's
  std::atomic<std::int64_t> observed_ = -1;  // the newest time that has passed the record cache; written by the owner
  std::int64_t committed_time_ = -1;         // what it was at the last commit; the owner's
};

/// The bounds of a range in each segment.
class WindowScan final : public RowScan {
 public:
  WindowScan(const WindowedRows& rows, const WindowRange& range);
  [[nodiscard]] ScanBounds boundsIn(std::int64_t segment) const override;
  void beginningIn(std::int64_t segment, Bytes& out) const override;

 private:
  void boundByKey(std::int64_t segment, ScanBounds& bounds) const;
  void boundByTime(std::int64_t segment, ScanBounds& bounds) const;

  const WindowedRows& rows_;
  const WindowRange& range_;
};

}  // namespace widgetstream::detail
