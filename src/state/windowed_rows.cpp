#include "state/windowed_rows.hpp"

#include <algorithm>
#include <utility>

#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t segment_bytes = 8;
constexpr std::size_t time_bytes = 8;
constexpr std::size_t sequence_bytes = 4;
constexpr std::size_t kind_bytes = 1;
constexpr char base_kind = '\0';
constexpr char index_kind = '\1';

void appendSequence(std::int32_t sequence, Bytes& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(sequence >> shift));
}

[[nodiscard]] std::int64_t timeAt(BytesView row, std::size_t at) noexcept {
  return readBigEndian(row.data() + at);
}

void appendEscaped(BytesView key, Bytes& out) {
  for (const char byte : key) {
    out.push_back(byte);
    if (byte == '\0') out.push_back('\1');
  }
  out.append(2, '\0');
}

/// The key that was escaped, without its end.
[[nodiscard]] BytesView unescaped(BytesView escaped, Bytes& scratch) {
  escaped.remove_suffix(2);
  if (escaped.find('\0') == BytesView::npos) return escaped;
  scratch.clear();
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    scratch.push_back(escaped[i]);
    if (escaped[i] == '\0') ++i;
  }
  return scratch;
}

}  // namespace

WindowedRows::WindowedRows(const WindowedOptions& options, std::string store)
    : options_(options), store_(std::move(store)) {}

std::int32_t WindowedRows::nextSequence() noexcept {
  // As Java counts: from 1, never negative.
  if (options_.retain_duplicates)
    sequence_ = static_cast<std::int32_t>((static_cast<std::uint32_t>(sequence_) + 1) & 0x7fff'ffff);
  return sequence_;
}

void WindowedRows::makeKey(BytesView key, Window window, std::int32_t sequence, Bytes& out) const {
  const std::int64_t start = toMillis(window.start);
  const std::int64_t end = toMillis(window.end);
  out.clear();
  appendBigEndian(segmentAt(options_.sessions ? end : start), out);
  if (!options_.sessions) {
    if (byTime()) out.push_back(base_kind);
    if (byTime()) appendBigEndian(start, out);
    out += key;
    if (!byTime()) appendBigEndian(start, out);
    appendSequence(sequence, out);
  } else if (!byTime()) {
    out += key;
    appendBigEndian(end, out);
    appendBigEndian(start, out);
  } else {
    out.push_back(base_kind);
    appendBigEndian(end, out);
    if (memorySessions()) {
      appendEscaped(key, out);
      appendBigEndian(~start, out);
    } else {
      appendBigEndian(start, out);
      out += key;
    }
  }
}

RowParts WindowedRows::parse(BytesView row, Bytes& scratch) const {
  RowParts parts;
  row.remove_prefix(segment_bytes);
  const bool by_time = byTime() && row.front() == base_kind;
  if (byTime()) row.remove_prefix(kind_bytes);
  if (!options_.sessions) {
    row.remove_suffix(sequence_bytes);
    const std::size_t key_size = row.size() - time_bytes;
    parts.start = timeAt(row, by_time ? 0 : key_size);
    parts.key = row.substr(by_time ? time_bytes : 0, key_size);
    parts.end = parts.start;
  } else if (!by_time) {
    const std::size_t key_size = row.size() - 2 * time_bytes;
    parts.key = row.substr(0, key_size);
    parts.end = timeAt(row, key_size);
    parts.start = timeAt(row, key_size + time_bytes);
    if (memorySessions()) parts.start = ~parts.start;
  } else if (memorySessions()) {
    parts.end = timeAt(row, 0);
    parts.start = ~timeAt(row, row.size() - time_bytes);
    parts.key = unescaped(row.substr(time_bytes, row.size() - 2 * time_bytes), scratch);
  } else {
    parts.end = timeAt(row, 0);
    parts.start = timeAt(row, time_bytes);
    parts.key = row.substr(2 * time_bytes);
  }
  return parts;
}

std::int64_t WindowedRows::timeOf(BytesView key) const noexcept {
  key.remove_prefix(segment_bytes);
  if (byTime() && key.front() == base_kind) return timeAt(key, kind_bytes);
  return timeAt(key, key.size() - time_bytes - (options_.sessions ? time_bytes : sequence_bytes));
}

BytesView WindowedRows::changelogKey(BytesView key, Bytes& scratch) const {
  if (!byTime()) return key.substr(segment_bytes);
  Bytes unescape;
  const RowParts parts = parse(key, unescape);
  scratch.assign(parts.key);
  appendBigEndian(options_.sessions ? parts.end : parts.start, scratch);
  if (options_.sessions) {
    appendBigEndian(parts.start, scratch);
  } else {
    scratch += key.substr(key.size() - sequence_bytes);
  }
  return scratch;
}

void WindowedRows::rowKey(BytesView changelog_key, Bytes& out) const {
  const std::size_t suffix = time_bytes + (options_.sessions ? time_bytes : sequence_bytes);
  if (changelog_key.size() < suffix)
    throw Error(ErrorKind::fatal, "the changelog of store " + store_ + " has a key of " +
                                      std::to_string(changelog_key.size()) +
                                      " bytes, which is not that of a window: it belongs to another store");
  const std::size_t key_size = changelog_key.size() - suffix;
  const std::int64_t first = timeAt(changelog_key, key_size);
  if (options_.sessions) {
    const std::int64_t start = timeAt(changelog_key, key_size + time_bytes);
    return makeKey(changelog_key.substr(0, key_size), {fromMillis(start), fromMillis(first)}, 0, out);
  }
  std::uint32_t sequence = 0;
  for (const char byte : changelog_key.substr(changelog_key.size() - sequence_bytes))
    sequence = sequence << 8 | static_cast<unsigned char>(byte);
  makeKey(changelog_key.substr(0, key_size), {fromMillis(first), fromMillis(first)},
          static_cast<std::int32_t>(sequence), out);
}

void WindowedRows::indexKey(BytesView key, Bytes& out) const {
  Bytes scratch;
  const RowParts parts = parse(key, scratch);
  out.assign(key.substr(0, segment_bytes));
  out.push_back(index_kind);
  out += parts.key;
  appendBigEndian(options_.sessions ? parts.end : parts.start, out);
  if (options_.sessions) {
    appendBigEndian(memorySessions() ? ~parts.start : parts.start, out);
  } else {
    out += key.substr(key.size() - sequence_bytes);
  }
}

std::size_t WindowedRows::tailOfIndexKey() const noexcept {
  return time_bytes + (options_.sessions ? time_bytes : sequence_bytes);
}

// --- how long rows live

std::int64_t WindowedRows::segmentAt(std::int64_t time) const noexcept {
  return std::max<std::int64_t>(time, 0) / options_.segment_interval.count();
}

std::int64_t WindowedRows::lastTimeIn(std::int64_t segment) const noexcept {
  const std::int64_t interval = options_.segment_interval.count();
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  return segment >= most / interval ? most : (segment + 1) * interval - 1;
}

std::int64_t WindowedRows::visibleFrom() const noexcept {
  const std::int64_t oldest = observed_.load(std::memory_order_relaxed) - options_.retention.count();
  // Windows that emit on close may be as old as the retention when they are looked for; Java lets them.
  const bool one_more = byTime() && !options_.in_memory && !options_.sessions;
  return one_more ? oldest : oldest + 1;
}

std::int64_t WindowedRows::shownByEndFrom() const noexcept {
  const bool shows_hidden = options_.sessions && byTime() && !options_.in_memory;
  return shows_hidden ? firstLiveSegment() * options_.segment_interval.count() : visibleFrom();
}

std::int64_t WindowedRows::neededFrom() const noexcept {
  return std::min(shownByEndFrom(), visibleFrom());
}

std::int64_t WindowedRows::firstLiveSegment() const noexcept {
  return segmentAt(observed_.load(std::memory_order_relaxed) - options_.retention.count());
}

bool WindowedRows::admit(BytesView key) {
  observe(key);
  if (options_.in_memory) return visible(key);
  return segmentOf(key) >= firstLiveSegment();
}

void WindowedRows::admitRemoval(BytesView key) {
  if (!options_.in_memory) observe(key);
}

void WindowedRows::observe(BytesView key) {
  const std::int64_t time = timeOf(key);
  if (time > observed_.load(std::memory_order_relaxed)) observed_.store(time, std::memory_order_relaxed);
}

// --- walks

bool WindowedRows::within(const WindowRange& range, const RowParts& parts, bool sessions) noexcept {
  const std::int64_t from = toMillis(range.first_time);
  const std::int64_t to = toMillis(range.last_time);
  const bool in_time = sessions ? parts.end >= from && (range.by_end ? parts.end : parts.start) <= to
                                : parts.start >= from && parts.start <= to;
  return in_time && (!range.first || parts.key >= BytesView{*range.first}) &&
         (!range.last || parts.key <= BytesView{*range.last});
}

WindowScan::WindowScan(const WindowedRows& rows, const WindowRange& range)
    : rows_(rows), range_(range) {
  const WindowedOptions& options = rows.options();
  const bool of_one_key = range.first && range.first == range.last;
  const bool ends_in_time = !options.sessions || range.by_end;
  first_time = toMillis(range.first_time);
  first_segment = rows.segmentAt(first_time);
  if (ends_in_time) last_segment = rows.segmentAt(toMillis(range.last_time));
  reverse = range.backward;
  by_index = rows.indexed() && (of_one_key || (!options.in_memory && (range.first || range.last)));
  one_key = of_one_key && (by_index || options.order == RowOrder::by_key);
  visible_from = range.by_end ? rows.shownByEndFrom() : rows.visibleFrom();
}

ScanBounds WindowScan::boundsIn(std::int64_t segment) const {
  ScanBounds bounds;
  bounds.reverse = reverse;
  const bool by_key = rows_.options().order == RowOrder::by_key || by_index;
  by_key ? boundByKey(segment, bounds) : boundByTime(segment, bounds);
  return bounds;
}

void WindowScan::beginningIn(std::int64_t segment, Bytes& out) const {
  out.clear();
  appendBigEndian(segment, out);
  if (by_index) out.push_back(index_kind);
  out += *range_.first;
}

void WindowScan::boundByKey(std::int64_t segment, ScanBounds& bounds) const {
  Bytes prefix = bigEndian(segment);
  if (by_index) prefix.push_back(index_kind);
  const bool sessions = rows_.options().sessions;
  const std::int64_t from = std::max<std::int64_t>(toMillis(range_.first_time), 0);
  const std::int64_t last = rows_.lastTimeIn(segment);
  const std::int64_t to = sessions ? last : std::min(toMillis(range_.last_time), last);

  bounds.from = prefix;
  if (range_.first) *bounds.from += *range_.first;
  if (one_key) appendBigEndian(from, *bounds.from);
  if (!range_.last) {
    bounds.to = prefixBounds(prefix).to;
    bounds.to_inclusive = false;
    return;
  }
  // Behind a key come a time of at most `to` and some more bytes. Keys that `last` begins with are before it, but their
  // times may be behind its next bytes, so the bound is the highest of what can follow any of them.
  Bytes suffix = bigEndian(to);
  suffix.append(sessions ? time_bytes : sequence_bytes, '\xff');
  const BytesView key = *range_.last;
  Bytes highest = prefix + *range_.last + suffix;
  for (std::size_t size = one_key ? key.size() : 0; size < key.size(); ++size) {
    if (BytesView{suffix}.compare(key.substr(size, suffix.size())) <= 0) continue;
    Bytes shorter = prefix + Bytes{key.substr(0, size)} + suffix;
    highest = std::max(highest, shorter);
  }
  bounds.to = std::move(highest);
}

void WindowScan::boundByTime(std::int64_t segment, ScanBounds& bounds) const {
  Bytes prefix = bigEndian(segment);
  prefix.push_back(base_kind);
  const std::int64_t from = std::max<std::int64_t>(toMillis(range_.first_time), 0);
  bounds.from = prefix;
  appendBigEndian(from, *bounds.from);
  bounds.to_inclusive = false;
  const std::int64_t to = toMillis(range_.last_time);
  const bool bounded = (!rows_.options().sessions || range_.by_end) && to < rows_.lastTimeIn(segment);
  if (!bounded) {
    bounds.to = prefixBounds(prefix).to;
  } else if (to < 0) {
    bounds.to = *bounds.from;  // nothing
  } else {
    bounds.to = prefix;
    appendBigEndian(to + 1, *bounds.to);
  }
}

}  // namespace widgetstream::detail
