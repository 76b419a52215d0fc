#include <algorithm>
#include <iterator>
#include <utility>

#include "state/store_table.hpp"
#include "state/stored_bytes.hpp"
#include "state/table_walk.hpp"

// Reads of any thread.
namespace widgetstream::detail {

void StoreTable::get(BytesView key, void* into) const {
  const std::uint32_t hash = EntryIndex::hash(key);
  {
    const std::lock_guard lock(mutex_);
    requireOpen();
    const Entry* entry = index_.find(key, hash);
    const bool shown = entry && entry->loaded && (entry->in_cache || !hidden(*entry));
    if (shown) return type_->copy(into, current(*entry));
    if (rules_ && !rules_->visible(key)) return type_->reset(into);
  }
  // The key was not in memory a moment ago, so the engine had its newest value then; it can only have become newer.
  Bytes bytes;
  if (!engine_->get(key, bytes)) return type_->reset(into);
  decodeStored(*type_, options_.format, bytes, into);
}

std::unique_ptr<TableCursor> StoreTable::scan(const ScanBounds& bounds) const {
  const std::lock_guard lock(mutex_);
  requireOpen();
  std::vector<const Entry*> found;
  sorted_.within(bounds, found);
  auto copies = std::make_unique<DirtyCopies>(type_, found.size());
  for (const Entry* entry : found) copies->add(entry->key, current(*entry));
  std::vector<TableWalk::Stretch> whole;
  whole.push_back({found.size(), engine_->scan(bounds)});
  return std::make_unique<TableWalk>(std::move(copies), std::move(whole), type_, options_.format, bounds.reverse);
}

std::unique_ptr<TableCursor> StoreTable::scanRows(const RowScan& rows) const {
  const std::lock_guard lock(mutex_);
  requireOpen();
  std::vector<const Entry*> found;
  std::vector<TableWalk::Stretch> stretches;
  SortedEntries& sorted = rows.by_index ? sorted_by_index_ : sorted_;
  const bool in_groups = rows.one_key && sorted.grouped();
  Bytes beginning;
  for (const std::int64_t segment : segmentsWithin(rows)) {
    const bool in_engine = std::binary_search(engine_segments_.begin(), engine_segments_.end(), segment) &&
                           mayBeInEngineAlone(segment, rows.first_time);
    const SortedEntries::Group* group = nullptr;
    if (in_groups) {
      rows.beginningIn(segment, beginning);
      group = sorted.group(beginning);
      if (!group && !in_engine) continue;
    }
    const ScanBounds bounds = rows.boundsIn(segment);
    const auto before = static_cast<std::ptrdiff_t>(found.size());
    if (!in_groups) {
      sorted.within(bounds, found);
    } else if (group) {
      sorted.within(*group, bounds, found);
    }
    found.erase(std::remove_if(found.begin() + before, found.end(),
                               [&](const Entry* entry) {
                                 return !entry->in_cache && rules_->timeOf(entry->key) < rows.visible_from;
                               }),
                found.end());
    stretches.push_back({found.size(), in_engine ? engine_->scan(bounds) : nullptr});
  }
  const bool nothing = found.empty() && std::none_of(stretches.begin(), stretches.end(),
                                                     [](const auto& stretch) { return stretch.engine != nullptr; });
  if (nothing) return nullptr;
  auto copies = std::make_unique<DirtyCopies>(type_, found.size());
  for (const Entry* entry : found) {
    copies->add(rows.by_index ? entry->indexKey() : entry->key, current(*entry));
  }
  return std::make_unique<TableWalk>(std::move(copies), std::move(stretches), type_, options_.format, rows.reverse,
                                     HiddenRows{rules_, rows.visible_from});
}

StoreTable::Segments StoreTable::segmentsWithin(const RowScan& rows) const {
  Segments segments;
  const auto first = std::lower_bound(engine_segments_.begin(), engine_segments_.end(), rows.first_segment);
  const auto last = std::upper_bound(first, engine_segments_.end(), rows.last_segment);
  segments.assign(first, last);
  for (auto at = entries_in_segments_.lower_bound(rows.first_segment);
       at != entries_in_segments_.end() && at->first <= rows.last_segment; ++at) {
    segments.push_back(at->first);
  }
  std::sort(segments.begin(), segments.end());
  segments.erase(std::unique(segments.begin(), segments.end()), segments.end());
  if (rows.reverse) std::reverse(segments.begin(), segments.end());
  return segments;
}

std::uint64_t StoreTable::approximateEntries() const {
  std::int64_t extra = 0;
  {
    const std::lock_guard lock(mutex_);
    requireOpen();
    extra = extra_entries_;
  }
  const auto count = static_cast<std::int64_t>(engine_->approximateEntries()) + extra;
  return count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

Position StoreTable::position() const {
  const std::lock_guard lock(mutex_);
  requireOpen();
  return position_.position();
}

// --- what they find beside the engine's

bool StoreTable::hidden(const Entry& entry) const noexcept {
  return rules_ && !rules_->visible(entry.key);
}

void StoreTable::sortIn(Entry& entry) {
  sorted_.add(entry);
  if (entry.indexed()) sorted_by_index_.add(entry);
}

void StoreTable::sortOut(Entry& entry) noexcept {
  sorted_.erase(entry);
  if (entry.indexed()) sorted_by_index_.erase(entry);
}

void StoreTable::countInSegment(const Entry& entry, std::int64_t more) {
  if (!rules_) return;
  const std::int64_t segment = TableRules::segmentOf(entry.key);
  std::size_t& entries = entries_in_segments_[segment];
  entries += static_cast<std::size_t>(more);
  if (entries == 0) entries_in_segments_.erase(segment);
}

}  // namespace widgetstream::detail
