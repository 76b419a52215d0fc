#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/bytes.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/window.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/table_store.hpp"

/// The part of window and session stores that needs no type, so that it is compiled once. Programs use
/// typed_window_store.hpp and typed_session_store.hpp.
namespace widgetstream::detail {

class WindowedRows;

/// How the rows of a windowed store live and lie.
struct WindowedOptions {
  bool sessions = false;
  Milliseconds retention{0};
  Milliseconds segment_interval{1};
  /// End less start of windows that are not sessions.
  Milliseconds window_size{0};
  bool retain_duplicates = false;
  RowOrder order = RowOrder::by_key;
  /// A put is too late when its row would be hidden at once, instead of its whole segment.
  bool in_memory = false;
};

/// Which rows a walk visits.
struct WindowRange {
  std::optional<Bytes> first;  ///< key bytes; nullopt is open
  std::optional<Bytes> last;
  /// Windows: first <= start <= last. Sessions: first_time <= end, and start <= last_time.
  Timestamp first_time = Timestamp::min();
  Timestamp last_time = Timestamp::max();
  /// Sessions only: last_time is of their ends too.
  bool by_end = false;
  bool backward = false;
};

/// A walk over rows at one moment. What it shows dies at next().
class WindowCursor {
 public:
  virtual ~WindowCursor() = default;
  [[nodiscard]] virtual bool valid() const = 0;
  virtual void next() = 0;
  [[nodiscard]] virtual BytesView key() const = 0;
  [[nodiscard]] virtual Window window() const = 0;
  [[nodiscard]] virtual const void* stored() const = 0;
};

/// Reads of rows by any thread, while their owner writes.
///
/// Errors  Error{not_available} once the store is closed.
class WindowedReader {
 public:
  WindowedReader(TableReader table, std::shared_ptr<const WindowedRows> rows) noexcept;

  /// Copies the value into the slot; leaves it empty when there is none.
  void get(BytesView key, Window window, void* slot) const;
  [[nodiscard]] std::unique_ptr<WindowCursor> scan(const WindowRange& range) const;

 private:
  TableReader table_;
  std::shared_ptr<const WindowedRows> rows_;
};

/// A window or session store but for its types: a table whose keys are rows, which expire.
class WindowedTable : public TableStore {
 public:
  WindowedTable(TableOptions options, WindowedOptions windowed);
  ~WindowedTable() override;

  [[nodiscard]] std::string kind() const final;
  [[nodiscard]] std::vector<StoreRow> rows() const final;

 protected:
  [[nodiscard]] const WindowedOptions& windowed() const noexcept { return windowed_; }
  /// The end of the window that begins at `start`.
  [[nodiscard]] Window windowFrom(Timestamp start) const noexcept;

  /// As TableStore::findStored() and putValue(). Of sessions the window's end counts, of windows its start alone.
  [[nodiscard]] const void* findRow(BytesView key, Window window) const;
  void putRow(BytesView key, Window window, const void* value, Timestamp timestamp, const RecordStamp& stamp);
  /// As a put of null that is never too late.
  void removeRow(BytesView key, Window window, const RecordStamp& stamp);
  [[nodiscard]] std::unique_ptr<WindowCursor> scanRows(const WindowRange& range) const;
  /// The row that a CacheFlush tells of; its key is a view into flush.key or into `scratch`.
  [[nodiscard]] BytesView flushedKey(const CacheFlush& flush, Bytes& scratch) const;
  [[nodiscard]] Window flushedWindow(const CacheFlush& flush) const;

  [[nodiscard]] WindowedReader windowedReader() const;

 private:
  [[nodiscard]] std::shared_ptr<TableRules> makeRules() final;

  WindowedOptions windowed_;
  std::shared_ptr<WindowedRows> rows_;  // shared with the table and readers; a new one at each open()
  mutable Bytes row_buffer_;            // of the owning thread
};

}  // namespace widgetstream::detail
