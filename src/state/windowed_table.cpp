#include "widgetstream/state/windowed_table.hpp"

#include <limits>
#include <utility>

#include "state/store_table.hpp"
#include "state/windowed_rows.hpp"

namespace widgetstream::detail {
namespace {

/// `start` + `size`, or the end of time.
[[nodiscard]] Timestamp endOf(Timestamp start, Milliseconds size) noexcept {
  return start > Timestamp::max() - size ? Timestamp::max() : start + size;
}

/// What a walk over a table shows of rows that are in a range.
class RowCursor final : public WindowCursor {
 public:
  RowCursor(std::unique_ptr<TableCursor> table, std::shared_ptr<const WindowedRows> rows, WindowRange range)
      : table_(std::move(table)), rows_(std::move(rows)), range_(std::move(range)) {
    settle();
  }

  [[nodiscard]] bool valid() const override { return table_->valid(); }
  void next() override {
    table_->next();
    settle();
  }
  [[nodiscard]] BytesView key() const override { return parts_.key; }
  [[nodiscard]] Window window() const override {
    const WindowedOptions& options = rows_->options();
    const Timestamp start = fromMillis(parts_.start);
    return {start, options.sessions ? fromMillis(parts_.end) : endOf(start, options.window_size)};
  }
  [[nodiscard]] const void* stored() const override { return table_->stored(); }

 private:
  void settle() {
    for (; table_->valid(); table_->next()) {
      parts_ = rows_->parse(table_->key(), scratch_);
      if (WindowedRows::within(range_, parts_, rows_->options().sessions)) return;
    }
  }

  std::unique_ptr<TableCursor> table_;
  std::shared_ptr<const WindowedRows> rows_;
  WindowRange range_;
  RowParts parts_;
  Bytes scratch_;
};

/// A walk that finds nothing, which is what most of a join's find.
class NoRows final : public WindowCursor {
 public:
  [[nodiscard]] bool valid() const override { return false; }
  void next() override {}
  [[nodiscard]] BytesView key() const override { return {}; }
  [[nodiscard]] Window window() const override { return {}; }
  [[nodiscard]] const void* stored() const override { return nullptr; }
};

[[nodiscard]] std::unique_ptr<WindowCursor> cursor(const StoreTable& table,
                                                   const std::shared_ptr<const WindowedRows>& rows,
                                                   const WindowRange& range) {
  auto found = table.scanRows(WindowScan{*rows, range});
  if (!found) return std::make_unique<NoRows>();
  return std::make_unique<RowCursor>(std::move(found), rows, range);
}

}  // namespace

WindowedReader::WindowedReader(TableReader table, std::shared_ptr<const WindowedRows> rows) noexcept
    : table_(std::move(table)), rows_(std::move(rows)) {}

void WindowedReader::get(BytesView key, Window window, void* slot) const {
  Bytes row;
  rows_->makeKey(key, window, 0, row);
  table_.get(row, slot);
}

std::unique_ptr<WindowCursor> WindowedReader::scan(const WindowRange& range) const {
  return cursor(table_.table(), rows_, range);
}

WindowedTable::WindowedTable(TableOptions options, WindowedOptions windowed)
    : TableStore(std::move(options)), windowed_(windowed) {}

WindowedTable::~WindowedTable() = default;

std::shared_ptr<TableRules> WindowedTable::makeRules() {
  rows_ = std::make_shared<WindowedRows>(windowed_, name());
  return rows_;
}

Window WindowedTable::windowFrom(Timestamp start) const noexcept {
  return {start, endOf(start, windowed_.window_size)};
}

const void* WindowedTable::findRow(BytesView key, Window window) const {
  StoreTable& rows = table();
  // Of duplicates a store on disk finds the one that was put last, one in memory none: so does Java's.
  if (windowed_.retain_duplicates && windowed_.in_memory) return nullptr;
  rows_->makeKey(key, window, rows_->sequence(), row_buffer_);
  return rows.find(row_buffer_);
}

void WindowedTable::putRow(BytesView key, Window window, const void* value, Timestamp timestamp,
                           const RecordStamp& stamp) {
  StoreTable& rows = table();
  rows_->makeKey(key, window, rows_->nextSequence(), row_buffer_);
  if (!value && windowed_.retain_duplicates) {
    // Nothing is deleted, but Java's changelog is told.
    Bytes scratch;
    return rows.logOnly(rows_->changelogKey(row_buffer_, scratch), std::nullopt, stamp);
  }
  rows.put(row_buffer_, value, timestamp, stamp, listener());
}

void WindowedTable::removeRow(BytesView key, Window window, const RecordStamp& stamp) {
  StoreTable& rows = table();
  rows_->makeKey(key, window, 0, row_buffer_);
  rows.remove(row_buffer_, stamp, listener());
}

std::unique_ptr<WindowCursor> WindowedTable::scanRows(const WindowRange& range) const {
  return cursor(table(), rows_, range);
}

BytesView WindowedTable::flushedKey(const CacheFlush& flush, Bytes& scratch) const {
  return rows_->parse(flush.key, scratch).key;
}

Window WindowedTable::flushedWindow(const CacheFlush& flush) const {
  Bytes scratch;
  const RowParts parts = rows_->parse(flush.key, scratch);
  const Timestamp start = fromMillis(parts.start);
  return {start, windowed_.sessions ? fromMillis(parts.end) : endOf(start, windowed_.window_size)};
}

std::string WindowedTable::kind() const {
  return kindOf(windowed_.sessions ? "session" : "window");
}

std::vector<StoreRow> WindowedTable::rows() const {
  std::vector<StoreRow> rows;
  for (const auto at = scanRows({}); at->valid(); at->next()) {
    rows.push_back(rowOf(at->key(), at->stored()));
    rows.back().window = at->window();
  }
  return rows;
}

WindowedReader WindowedTable::windowedReader() const {
  static_cast<void>(table());
  return {tableReader(), rows_};
}

}  // namespace widgetstream::detail
