#include "state/versioned_rows.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "state/big_endian.hpp"
#include "widgetstream/core/error.hpp"

// Rows, reads and commits. What a put does to the rows is in versioned_puts.cpp.
namespace widgetstream::detail {
namespace {

constexpr std::int64_t newest_segment = -1;
constexpr std::size_t number_bytes = 8;

[[nodiscard]] Bytes rowKey(std::int64_t segment, BytesView key) {
  Bytes row;
  row.reserve(number_bytes + key.size());
  appendBigEndian(segment, row);
  row += key;
  return row;
}

/// The segments that an engine has rows in.
[[nodiscard]] std::set<std::int64_t> segmentsIn(const StoreEngine& engine) {
  std::set<std::int64_t> segments;
  ScanBounds rest;
  rest.from = bigEndian(0);
  rest.to = bigEndian(newest_segment);
  rest.to_inclusive = false;
  for (;;) {
    const auto first = engine.scan(rest);
    if (!first->valid()) return segments;
    const std::int64_t segment = readBigEndian(first->key().data());
    segments.insert(segment);
    rest.from = bigEndian(segment + 1);
  }
}

}  // namespace

VersionedRows::VersionedRows(const VersionedOptions& options, std::shared_ptr<StoreEngine> engine)
    : store_(options.name),
      history_(options.history_retention.count()),
      interval_(options.segment_interval.count()),
      engine_(std::move(engine)),
      segments_(segmentsIn(*engine_)) {
  position_.read(*engine_, store_);
}

void VersionedRows::requireOpen() const {
  if (closed_) throw Error(ErrorKind::not_available, "store " + store_ + " is closed");
}

std::int64_t VersionedRows::segmentAt(std::int64_t time) const noexcept {
  return std::max<std::int64_t>(time, 0) / interval_;
}

// --- rows

std::optional<Bytes> VersionedRows::row(std::int64_t segment, BytesView key) const {
  const Bytes at = rowKey(segment, key);
  const auto buffered = buffered_.find(at);
  if (buffered != buffered_.end()) return buffered->second;
  Bytes bytes;
  if (!engine_->get(at, bytes)) return std::nullopt;
  return bytes;
}

std::optional<VersionBytes> VersionedRows::newestRow(BytesView key) const {
  auto bytes = row(newest_segment, key);
  if (!bytes) return std::nullopt;
  const auto begin = fromBigEndian(BytesView{*bytes}.substr(0, number_bytes));
  if (!begin)
    throw Error(ErrorKind::store_corrupted,
                "store " + store_ + ": a newest value of " + std::to_string(bytes->size()) + " bytes has no timestamp");
  bytes->erase(0, number_bytes);
  return VersionBytes{std::move(*bytes), fromMillis(*begin), std::nullopt};
}

void VersionedRows::setRow(std::int64_t segment, BytesView key, NullableBytes value) {
  changes_.emplace_back(rowKey(segment, key), std::move(value));
}

void VersionedRows::applyChanges() {
  const std::lock_guard lock(mutex_);
  for (auto& [at, value] : changes_) {
    const std::int64_t segment = readBigEndian(at.data());
    if (segment != newest_segment) segments_.insert(segment);
    const std::size_t more = value ? value->size() : 0;
    const auto [place, added] = buffered_.try_emplace(std::move(at));
    if (added) {
      buffered_bytes_ += place->first.size() + sizeof(*place);
    } else {
      buffered_bytes_ -= place->second ? place->second->size() : 0;
    }
    buffered_bytes_ += more;
    place->second = std::move(value);
  }
  changes_.clear();
}

void VersionedRows::forgetExpired() {
  const std::int64_t first = segmentAt(observed_ - history_);
  if (first <= first_live_) return;
  first_live_ = first;
  const std::lock_guard lock(mutex_);
  segments_.erase(segments_.begin(), segments_.lower_bound(first));
}

// --- commits

void VersionedRows::write(std::optional<std::int64_t> changelog_offset) {
  StoreBatch batch;
  for (const auto& [at, value] : buffered_) {
    const std::int64_t segment = readBigEndian(at.data());
    if (segment != newest_segment && segment < first_live_) continue;
    if (value) {
      batch.put(at, *value);
    } else {
      batch.erase(at);
    }
  }
  position_.addTo(batch);
  if (!batch.empty() || changelog_offset) engine_->apply(batch, changelog_offset);
  position_.settle();
  {
    const std::lock_guard lock(mutex_);
    buffered_.clear();
  }
  buffered_bytes_ = 0;
  // Last: a crash before this leaves rows of segments that are dropped by a later commit.
  if (first_live_ > dropped_before_) engine_->dropSegmentsBefore(first_live_);
  dropped_before_ = first_live_;
  committed_time_ = observed_;
}

void VersionedRows::note(const RecordStamp& stamp) {
  const std::lock_guard lock(mutex_);
  position_.note(stamp);
}

void VersionedRows::commit(std::optional<std::int64_t> changelog_offset) {
  requireOpen();
  write(changelog_offset);
}

void VersionedRows::discard() {
  requireOpen();
  const std::lock_guard lock(mutex_);
  buffered_.clear();
  buffered_bytes_ = 0;
  observed_ = committed_time_;
  first_live_ = dropped_before_;
  segments_ = segmentsIn(*engine_);
  position_.read(*engine_, store_);
}

void VersionedRows::close() noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
    buffered_.clear();
  }
  engine_->close();
}

// --- reads

Position VersionedRows::position() const {
  const std::shared_lock lock(mutex_);
  requireOpen();
  return position_.position();
}

std::optional<VersionBytes> VersionedRows::newest(BytesView key) const {
  const std::shared_lock lock(mutex_);
  requireOpen();
  return newestRow(key);
}

std::optional<VersionBytes> VersionedRows::at(BytesView key, std::int64_t as_of) const {
  const std::shared_lock lock(mutex_);
  requireOpen();
  auto newest = newestRow(key);
  if (newest && toMillis(newest->timestamp) <= as_of) return newest;
  if (as_of < observed_ - history_) return std::nullopt;
  for (auto segment = segments_.rbegin(); segment != segments_.rend() && *segment >= segmentAt(as_of); ++segment) {
    const auto bytes = row(*segment, key);
    if (!bytes) continue;
    if (SegmentValue::endIn(*bytes) <= as_of) return std::nullopt;
    if (SegmentValue::beginIn(*bytes) > as_of) continue;
    const SegmentValue versions{BytesView{*bytes}};
    const SegmentValue::Found found = versions.find(as_of);
    if (!found.value) return std::nullopt;
    return VersionBytes{Bytes{*found.value}, fromMillis(found.begin), fromMillis(found.end)};
  }
  return std::nullopt;
}

void VersionedRows::all(const VersionVisitor& visit) const {
  // By key, and of each key by segment: segment -1 last, as its number is the largest without a sign.
  std::map<std::pair<Bytes, std::uint64_t>, Bytes> rows;
  const auto place = [](BytesView at) {
    return std::pair{Bytes{at.substr(number_bytes)}, static_cast<std::uint64_t>(readBigEndian(at.data()))};
  };
  {
    const std::shared_lock lock(mutex_);
    requireOpen();
    const auto shown = [this](BytesView at) {
      const std::int64_t segment = readBigEndian(at.data());
      return segment == newest_segment || segments_.contains(segment);
    };
    for (const auto walk = engine_->scan({}); walk->valid(); walk->next()) {
      if (shown(walk->key())) rows[place(walk->key())] = walk->value();
    }
    for (const auto& [at, value] : buffered_) {
      if (!value) {
        rows.erase(place(at));
      } else if (shown(at)) {
        rows[place(at)] = *value;
      }
    }
  }
  for (const auto& [at, bytes] : rows) {
    if (at.second == static_cast<std::uint64_t>(newest_segment)) {
      const VersionBytes newest{bytes.substr(std::min(number_bytes, bytes.size())),
                                fromMillis(fromBigEndian(BytesView{bytes}.substr(0, number_bytes)).value_or(-1)),
                                std::nullopt};
      if (!visit(at.first, newest)) return;
      continue;
    }
    const SegmentValue segment{BytesView{bytes}};
    for (std::size_t i = segment.versions().size(); i-- > 0;) {
      const SegmentValue::Version& version = segment.versions()[i];
      if (!version.value) continue;
      if (!visit(at.first, {Bytes{*version.value}, fromMillis(version.begin), fromMillis(segment.endOf(i))})) return;
    }
  }
}

}  // namespace widgetstream::detail
