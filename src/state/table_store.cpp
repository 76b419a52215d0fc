#include "widgetstream/state/table_store.hpp"

#include <utility>

#include "state/changelog_topic.hpp"
#include "state/store_table.hpp"
#include "state/table_rules.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
TableReader::TableReader(std::shared_ptr<const StoreTable> table) noexcept : table_(std::move(table)) {}

void TableReader::get(BytesView key, void* slot) const {
  table_->get(key, slot);
}
std::unique_ptr<TableCursor> TableReader::scan(const ScanBounds& bounds) const {
  return table_->scan(bounds);
}
std::uint64_t TableReader::approximateEntries() const {
  return table_->approximateEntries();
}

TableStore::TableStore(TableOptions options) : options_(std::move(options)) {}

TableStore::~TableStore() {
  close();
}

void TableStore::open(StoreContext& context) {
  close();
  if (!options_.open)
    throw Error(ErrorKind::invalid_topology, "store " + options_.name + " has no engine: its supplier has no `open`");
  topic_ = changelogTopic(context, options_.name);

  EngineOptions engine;
  if (options_.persistent) engine.directory = context.taskDirectory() / "rocksdb" / options_.name;
  engine.store = options_.name;
  engine.changelog_partition = context.changelogPartition(options_.name);
  engine.format = options_.format;
  engine.segment_interval = options_.segment_interval;
  engine.log = context.log().forRoom("state");
  engine.resources = context.engineResources();

  StoreTableOptions table;
  table.store = options_.name;
  table.logging = options_.logging;
  table.caching = options_.caching && context.cacheBudget().limit_bytes > 0;
  table.timestamped = options_.timestamped;
  table.with_headers = options_.with_headers;
  table.producer_dates_log = options_.producer_dates_log;
  table.format = options_.format;
  table.max_entries = options_.max_entries;
  type_ = makeValueType(topic_);
  table_ = std::make_shared<StoreTable>(std::move(table), options_.open(engine), type_, makeRules(), context);
  context_ = &context;
}

void TableStore::close() noexcept {
  if (!table_) return;
  table_->close();
  table_.reset();
  context_ = nullptr;
}

StoreTable& TableStore::table() const {
  if (!table_) throw Error(ErrorKind::not_available, "store " + options_.name + " is closed");
  return *table_;
}

std::optional<std::int64_t> TableStore::changelogOffset() const {
  return table().engine().changelogOffset();
}
Position TableStore::position() const {
  return table().position();
}
void TableStore::restore(std::span<const ChangelogRecord> records, std::int64_t offset) {
  table().restore(records, offset);
  committed();
}
void TableStore::restoreEnded() {
  table().engine().endLoad();
}
void TableStore::flushCache() {
  table().flushCache(listener_);
}
void TableStore::commit(std::optional<std::int64_t> changelog_offset) {
  table().commit(changelog_offset);
  committed();
}
void TableStore::discard() {
  table().discard();
  discarded();
}
std::size_t TableStore::bufferedBytes() const {
  return table_ ? table_->bufferedBytes() : 0;
}
bool TableStore::caching() const noexcept {
  return table_ && table_->caching();
}
void TableStore::flushEngine() {
  table().engine().flush();
}
std::uint64_t TableStore::engineMemoryBytes() const {
  return table().engine().memoryBytes();
}

const void* TableStore::findStored(BytesView key) const {
  return table().find(key);
}
void TableStore::putValue(BytesView key, const void* value, Timestamp timestamp, const RecordStamp& stamp) {
  table().put(key, value, timestamp, stamp, listener_);
}
std::unique_ptr<TableCursor> TableStore::scan(const ScanBounds& bounds) const {
  StoreTable& scanned = table();
  const MeasuredOperation measured(context_->measure(), StoreMeasure::Operation::range);
  return scanned.scan(bounds);
}
std::uint64_t TableStore::approximateEntries() const {
  return table().approximateEntries();
}
void TableStore::onCacheFlush(std::function<void(const CacheFlush&)> listener) {
  listener_ = std::move(listener);
}

std::string TableStore::kind() const {
  return options_.producer_dates_log ? "buffer" : kindOf("key_value");
}

std::vector<StoreRow> TableStore::rows() const {
  std::vector<StoreRow> rows;
  for (const auto at = scan({}); at->valid(); at->next()) rows.push_back(rowOf(at->key(), at->stored()));
  return rows;
}

std::string TableStore::kindOf(const std::string& name) const {
  switch (options_.format) {
    case ValueFormat::timestamped:
      return "timestamped_" + name;
    case ValueFormat::timestamped_headers:
    case ValueFormat::headers:
      return "with_headers_" + name;
    case ValueFormat::plain:
      break;
  }
  return name;
}

StoreRow TableStore::rowOf(BytesView key, const void* stored) const {
  StoredParts parts = type_->parts(stored);
  const ValueFormat format = options_.format;
  StoreRow row;
  row.key = key;
  row.value = std::move(parts.value);
  if (format == ValueFormat::timestamped || format == ValueFormat::timestamped_headers) row.timestamp = parts.timestamp;
  if (format == ValueFormat::headers || format == ValueFormat::timestamped_headers) row.headers = *parts.headers;
  return row;
}

TableReader TableStore::tableReader() const {
  static_cast<void>(table());
  return TableReader{table_};
}

RecordStamp TableStore::currentStamp() const {
  static_cast<void>(table());
  return context_->recordStamp();
}

}  // namespace widgetstream::detail
