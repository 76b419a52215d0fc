#include <algorithm>

#include "state/big_endian.hpp"
#include "state/versioned_rows.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/state/versioned_key_value_store.hpp"

// What a put does to the rows of a versioned store.
namespace widgetstream::detail {
namespace {

constexpr std::int64_t newest_segment = -1;

}  // namespace

std::int64_t VersionedRows::put(BytesView key, NullableBytesView value, std::int64_t time) {
  requireOpen();
  {
    const std::lock_guard lock(mutex_);
    observed_ = std::max(observed_, time);
  }
  forgetExpired();
  changes_.clear();  // of a put that failed
  Step step = putNewest(key, value, time);
  if (!step.done) step = putBetween(key, value, time, step);
  if (!step.done) step = putAtEdge(key, value, time, step);
  applyChanges();
  return step.end.value_or(put_return_code_valid_to_undefined);
}

void VersionedRows::restore(std::span<const ChangelogRecord> records, std::int64_t offset) {
  requireOpen();
  if (!buffered_.empty())
    throw Error(ErrorKind::fatal, "store " + store_ + " was to be restored over uncommitted changes");
  // Each as it came. Java looks ahead for what will be too old at the end, and so takes a value that was deleted before
  // it came for the newest one.
  for (const ChangelogRecord& record : records) {
    const std::int64_t time = toMillis(record.timestamp);
    if (admits(time)) static_cast<void>(put(record.key, record.value, time));
  }
  write(offset);
}

VersionedRows::Step VersionedRows::putNewest(BytesView key, NullableBytesView value, std::int64_t time) {
  const auto newest = newestRow(key);
  if (!newest) return {};
  const std::int64_t begin = toMillis(newest->timestamp);
  if (time < begin) return {false, begin};
  if (time > begin) moveBack(key, BytesView{newest->value}, begin, time);
  NullableBytes row;
  if (value) {
    row.emplace();
    appendBigEndian(time, *row);
    *row += *value;
  }
  setRow(newest_segment, key, std::move(row));
  return {true, std::nullopt};
}

void VersionedRows::moveBack(BytesView key, NullableBytesView value, std::int64_t begin, std::int64_t end) {
  const std::int64_t segment = segmentAt(end);
  const auto bytes = row(segment, key);
  if (!bytes) return setRow(segment, key, SegmentValue{value, begin, end}.encode());
  SegmentValue versions{BytesView{*bytes}};
  versions.insertAsLatest(begin, end, value);
  setRow(segment, key, versions.encode());
}

VersionedRows::Step VersionedRows::putBetween(BytesView key, NullableBytesView value, std::int64_t time, Step step) {
  for (auto segment = segments_.rbegin(); segment != segments_.rend() && *segment >= segmentAt(time); ++segment) {
    const auto bytes = row(*segment, key);
    if (!bytes) continue;
    if (SegmentValue::endIn(*bytes) <= time) return step;  // here and before nothing is later
    const std::int64_t begin = SegmentValue::beginIn(*bytes);
    if (begin <= time) return {true, putInto(*segment, *bytes, key, value, time)};
    step.end = begin;
  }
  return step;
}

std::int64_t VersionedRows::putInto(std::int64_t segment, BytesView row_bytes, BytesView key, NullableBytesView value,
                                    std::int64_t time) {
  SegmentValue versions{row_bytes};
  const SegmentValue::Found before = versions.find(time);
  const std::int64_t own = segmentAt(time);
  if (before.begin == time) {
    versions.update(before.index, time, value);
  } else if (own != segment) {
    // The version before ends earlier now, so it belongs to an earlier segment.
    moveBack(key, before.value, before.begin, time);
    versions.update(before.index, time, value);
  } else {
    versions.insert(before.index, time, value);
  }
  setRow(segment, key, versions.encode());
  return before.end;
}

VersionedRows::Step VersionedRows::putAtEdge(BytesView key, NullableBytesView value, std::int64_t time, Step step) {
  if (!step.end) {
    if (!value) {
      putDeletionOnTop(key, time);
      return {true, std::nullopt};
    }
    Bytes row;
    appendBigEndian(time, row);
    row += *value;
    setRow(newest_segment, key, std::move(row));
    return {true, std::nullopt};
  }
  const std::int64_t segment = segmentAt(*step.end);
  const auto bytes = row(segment, key);
  if (!bytes) {
    setRow(segment, key, SegmentValue{value, time, *step.end}.encode());
    return {true, step.end};
  }
  SegmentValue versions{BytesView{*bytes}};
  if (versions.end() <= time) {
    versions.insertAsLatest(time, *step.end, value);
  } else {
    versions.insertAsEarliest(time, value);
  }
  setRow(segment, key, versions.encode());
  return {true, step.end};
}

void VersionedRows::putDeletionOnTop(BytesView key, std::int64_t time) {
  const std::int64_t segment = segmentAt(time);
  const auto bytes = row(segment, key);
  if (!bytes) return setRow(segment, key, SegmentValue{std::nullopt, time, time}.encode());
  SegmentValue versions{BytesView{*bytes}};
  if (versions.end() == time) return;  // says so already
  versions.insertAsLatest(versions.end(), time, std::nullopt);
  setRow(segment, key, versions.encode());
}

}  // namespace widgetstream::detail
