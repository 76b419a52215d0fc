#include <vector>

#include "state/store_table.hpp"
#include "state/stored_bytes.hpp"
#include "widgetstream/core/error.hpp"

// What a changelog has comes back.
namespace widgetstream::detail {

void StoreTable::restore(std::span<const ChangelogRecord> records, std::int64_t offset) {
  requireOpen();
  const MeasuredOperation measured(context_->measure(), StoreMeasure::Operation::restore);
  releasePrevious();
  if (dirty_bytes_ != 0)
    throw Error(ErrorKind::fatal, "store " + options_.store + " was to be restored over uncommitted changes");
  engine_->load(rules_ ? restoredRows(records) : restored(records), offset);
  if (rules_) {
    rules_->committed();
    dropExpired();
  }
  const std::lock_guard lock(mutex_);
  if (rules_) {
    forgetEverything();
  } else if (index_.size() > 0) {
    for (const ChangelogRecord& record : records) {
      if (Entry* entry = lookUp(record.key)) forget(*entry);
    }
  }
  reportReadCache();
}

StoreBatch StoreTable::restored(std::span<const ChangelogRecord> records) {
  StoreBatch batch;
  for (const ChangelogRecord& record : records) {
    if (!record.value) {
      if (recent_) recent_->erase(record.key);
      batch.erase(record.key);
      continue;
    }
    if (recent_ && !recent_->contains(record.key) && recent_->full()) {
      batch.erase(recent_->oldest());
      recent_->erase(Bytes{recent_->oldest()});
    }
    if (recent_) recent_->add(record.key);
    batch.put(record.key, restoredValue(record));
  }
  return batch;
}

StoreBatch StoreTable::restoredRows(std::span<const ChangelogRecord> records) {
  // Time first: what will be gone at the end of these records need not be written.
  std::vector<Bytes> rows(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    rules_->rowKey(records[i].key, rows[i]);
    rules_->observe(rows[i]);
  }
  StoreBatch batch;
  Bytes index_key;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (TableRules::segmentOf(rows[i]) < rules_->firstLiveSegment()) continue;
    if (rules_->indexed()) rules_->indexKey(rows[i], index_key);
    if (!records[i].value) {
      if (rules_->indexed()) batch.erase(index_key);
      batch.erase(rows[i]);
      continue;
    }
    const std::int64_t time = rules_->timeOf(rows[i]);
    if (time < rules_->neededFrom() && !mayBeInEngine(TableRules::segmentOf(rows[i]), time)) continue;
    const BytesView value = restoredValue(records[i]);
    if (rules_->indexed()) batch.put(index_key, value);
    goesToEngine(rows[i]);
    batch.put(rows[i], value);
  }
  return batch;
}

BytesView StoreTable::restoredValue(const ChangelogRecord& record) {
  value_buffer_.clear();
  appendPrefix(options_.format, record.timestamp, record.headers ? *record.headers : noHeaders(), value_buffer_);
  value_buffer_ += *record.value;
  return value_buffer_;
}

}  // namespace widgetstream::detail
