#include "state/waiting_changes.hpp"

#include <algorithm>

#include "state/big_endian.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

constexpr std::size_t new_slot = 0;
constexpr std::size_t old_slot = 1;
constexpr std::size_t prior_slot = 2;

/// How many of what has left are kept, so that keys that come and go cost no memory.
constexpr std::size_t kept_for_reuse = 1024;

/// Marks values that are as buffered_record.hpp says.
const Headers& versionHeaders() {
  static const Headers headers{{"v", Bytes{"\x03"}}};
  return headers;
}

constexpr auto leaves_later = [](const auto* left, const auto* right) {
  return left->time != right->time ? left->time > right->time : left->key > right->key;
};

}  // namespace

ChangeBuffer::Changes::Changes(const ChangeBufferOptions& options, std::shared_ptr<const ValueType> type,
                               StoreContext& context)
    : options_(options), type_(type), context_(context), shown_(std::move(type), 3) {
  free_entries_.reserve(kept_for_reuse);
  free_lives_.reserve(kept_for_reuse);
}

ChangeBuffer::Changes::~Changes() {
  for (const auto& [key, entry] : index_) delete entry;
}

// --- entries

ChangeBuffer::Changes::Entry* ChangeBuffer::Changes::find(BytesView key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : found->second;
}

ChangeBuffer::Changes::Entry& ChangeBuffer::Changes::make(BytesView key) {
  std::unique_ptr<Entry> entry;
  if (free_entries_.empty()) {
    entry = std::make_unique<Entry>();
    entry->key = key;
    index_.emplace(entry->key, entry.get());
  } else {
    entry = std::move(free_entries_.back());
    free_entries_.pop_back();
    entry->key = key;
    entry->place.key() = entry->key;
    entry->place.mapped() = entry.get();
    index_.insert(std::move(entry->place));
  }
  held_bytes_ += sizeof(Entry) + entry->key.size();
  return *entry.release();
}

void ChangeBuffer::Changes::free(Entry& entry) noexcept {
  held_bytes_ -= sizeof(Entry) + entry.key.size() + entry.committed.size();
  if (entry.waits) {
    --size_;
    bytes_ -= entry.bytes;
  }
  release(std::move(entry.live));
  entry.place = index_.extract(BytesView{entry.key});
  entry.committed.clear();
  entry.logged.clear();
  entry.waits = entry.touched = entry.dirty = entry.was_logged = false;
  std::unique_ptr<Entry> freed{&entry};
  if (free_entries_.size() < free_entries_.capacity()) free_entries_.push_back(std::move(freed));
}

void ChangeBuffer::Changes::touch(Entry& entry) {
  if (!options_.logging) return;
  if (!entry.touched) touched_.push_back(&entry);
  entry.touched = entry.dirty = true;
}

// --- live versions

std::unique_ptr<ChangeBuffer::Changes::Live> ChangeBuffer::Changes::spareLive() {
  if (free_lives_.empty()) return std::make_unique<Live>(type_);
  auto live = std::move(free_lives_.back());
  free_lives_.pop_back();
  return live;
}

void ChangeBuffer::Changes::release(std::unique_ptr<Live> live) noexcept {
  if (!live) return;
  --live_count_;
  if (free_lives_.size() < free_lives_.capacity()) free_lives_.push_back(std::move(live));
}

std::size_t ChangeBuffer::Changes::liveBytes() const noexcept {
  return live_count_ * (sizeof(Live) + 2 * type_->slotSize());
}

void ChangeBuffer::Changes::fill(Live& live, const void* new_value, const void* old_value, const RecordStamp& stamp) {
  const auto set = [&](std::size_t slot, const void* value) {
    if (value) {
      type_->assign(live.values.at(slot), value, no_timestamp, noHeaders());
    } else {
      type_->reset(live.values.at(slot));
    }
  };
  set(new_slot, new_value);
  set(old_slot, old_value);
  live.topic = &*topics_.emplace(stamp.topic).first;
  live.partition = stamp.partition;
  live.offset = stamp.offset;
  live.timestamp = stamp.timestamp;
  live.headers = *stamp.headers;
}

NullableBytesView ChangeBuffer::Changes::encodedValue(const void* slot, Bytes& buffer) const {
  if (!type_->stored(slot)) return std::nullopt;
  buffer.clear();
  type_->encode(slot, buffer);
  return BytesView{buffer};
}

// --- changes that come, wait and leave

void ChangeBuffer::Changes::put(Timestamp time, BytesView key, const void* new_value, const void* old_value,
                                const RecordStamp& stamp) {
  auto live = spareLive();
  fill(*live, new_value, old_value, stamp);
  Entry* entry = find(key);
  const bool waits = entry && entry->waits;
  if (waits && entry->live) {
    live->prior.swap(entry->live->prior);
  } else {
    const NullableBytesView prior = waits ? readBufferedRecord(entry->newestBytes()).prior_value
                                          : encodedValue(live->values.at(old_slot), old_buffer_);
    prior ? static_cast<void>(live->prior = Bytes{*prior}) : live->prior.reset();
  }
  if (!entry) entry = &make(key);
  std::swap(entry->live, live);
  ++live_count_;
  release(std::move(live));
  if (!waits) arrive(*entry, time);
  count(*entry);
  touch(*entry);
}

void ChangeBuffer::Changes::arrive(Entry& entry, Timestamp time) {
  entry.time = time;
  entry.waits = true;
  entry.bytes = 0;
  ++size_;
  if (!ordered_) return;
  heap_.push_back(&entry);
  std::push_heap(heap_.begin(), heap_.end(), leaves_later);
}

void ChangeBuffer::Changes::count(Entry& entry) {
  if (!options_.counts_bytes) return;
  std::size_t bytes = 0;
  if (entry.live) {
    const Live& live = *entry.live;
    const NullableBytesView prior = live.prior ? NullableBytesView{*live.prior} : std::nullopt;
    bytes = countedBytes(entry.key.size(), live.stamp(), prior, encodedValue(live.values.at(old_slot), old_buffer_),
                         encodedValue(live.values.at(new_slot), new_buffer_));
  } else {
    const BufferedRecord record = readBufferedRecord(entry.newestBytes());
    readHeaders(record, shown_headers_);
    const RecordStamp stamp{record.topic, record.partition, record.offset, record.timestamp, &shown_headers_};
    bytes = countedBytes(entry.key.size(), stamp, record.prior_value, record.old_value, record.new_value);
  }
  bytes_ = bytes_ - entry.bytes + bytes;
  entry.bytes = bytes;
}

void ChangeBuffer::Changes::order() {
  if (ordered_) return;
  heap_.clear();
  for (const auto& [key, entry] : index_) {
    if (entry->waits) heap_.push_back(entry);
  }
  std::make_heap(heap_.begin(), heap_.end(), leaves_later);
  ordered_ = true;
}

Timestamp ChangeBuffer::Changes::firstTime() {
  if (size_ == 0) return Timestamp::max();
  order();
  return heap_.front()->time;
}

WaitingChange ChangeBuffer::Changes::first() {
  order();
  const Entry& entry = *heap_.front();
  if (entry.live) {
    const SlotArray& values = entry.live->values;
    return {entry.key, type_->stored(values.at(new_slot)), type_->stored(values.at(old_slot)), entry.live->stamp()};
  }
  const BufferedRecord record = readBufferedRecord(entry.newestBytes());
  const auto show = [&](std::size_t slot, NullableBytesView value) -> const void* {
    if (!value) return nullptr;
    type_->decode(*value, no_timestamp, noHeaders(), shown_.at(slot));
    return type_->stored(shown_.at(slot));
  };
  readHeaders(record, shown_headers_);
  return {entry.key,
          show(new_slot, record.new_value),
          show(old_slot, record.old_value),
          {record.topic, record.partition, record.offset, record.timestamp, &shown_headers_}};
}

void ChangeBuffer::Changes::removeFirst() {
  order();
  Entry& entry = *heap_.front();
  touch(entry);
  std::pop_heap(heap_.begin(), heap_.end(), leaves_later);
  heap_.pop_back();
  if (!options_.logging) return free(entry);
  entry.waits = false;
  --size_;
  bytes_ -= entry.bytes;
  release(std::move(entry.live));
}

ChangeBuffer::Prior ChangeBuffer::Changes::prior(BytesView key) {
  const Entry* entry = find(key);
  if (!entry || !entry->waits) return {};
  NullableBytesView value;
  if (entry->live) {
    if (entry->live->prior) value = *entry->live->prior;
  } else {
    value = readBufferedRecord(entry->newestBytes()).prior_value;
  }
  if (!value) return {true, nullptr};
  type_->decode(*value, no_timestamp, noHeaders(), shown_.at(prior_slot));
  return {true, type_->stored(shown_.at(prior_slot))};
}

// --- the changelog

void ChangeBuffer::Changes::log() {
  for (Entry* entry : touched_) {
    if (!entry->dirty) continue;
    log_buffer_.clear();
    if (entry->waits) {
      encode(*entry, log_buffer_);
      context_.logChange(options_.name, entry->key, BytesView{log_buffer_}, no_timestamp, versionHeaders());
    } else {
      context_.logChange(options_.name, entry->key, std::nullopt, no_timestamp, noHeaders());
    }
    entry->logged.swap(log_buffer_);
    entry->was_logged = true;
    entry->dirty = false;
  }
}

void ChangeBuffer::Changes::encode(const Entry& entry, Bytes& out) {
  const Live& live = *entry.live;
  const NullableBytesView prior = live.prior ? NullableBytesView{*live.prior} : std::nullopt;
  appendContext(live.stamp(), out);
  appendNullable(prior, out);
  appendOldValue(prior, encodedValue(live.values.at(old_slot), old_buffer_), out);
  appendNullable(encodedValue(live.values.at(new_slot), new_buffer_), out);
  appendBufferTime(entry.time, out);
}

void ChangeBuffer::Changes::commit() {
  std::vector<Entry*> still_dirty;
  for (Entry* entry : touched_) {
    if (entry->was_logged) {
      held_bytes_ = held_bytes_ - entry->committed.size() + entry->logged.size();
      entry->committed.swap(entry->logged);
      entry->logged.clear();
      entry->was_logged = false;
    }
    if (entry->dirty) {
      still_dirty.push_back(entry);
    } else if (!entry->waits) {
      free(*entry);
    } else {
      entry->touched = false;
      release(std::move(entry->live));
    }
  }
  touched_.swap(still_dirty);
}

void ChangeBuffer::Changes::discard() {
  // Without a changelog nothing is known to be committed, and the task begins with an empty buffer, as in Java.
  if (!options_.logging) return forgetEverything();
  ordered_ = false;
  for (Entry* entry : touched_) {
    if (entry->committed.empty()) {
      free(*entry);
      continue;
    }
    release(std::move(entry->live));
    entry->logged.clear();
    entry->touched = entry->dirty = entry->was_logged = false;
    if (!entry->waits) arrive(*entry, no_timestamp);
    entry->time = fromMillis(*fromBigEndian(readBufferedRecord(entry->committed).rest));
    count(*entry);
  }
  touched_.clear();
}

void ChangeBuffer::Changes::restore(std::span<const ChangelogRecord> records) {
  ordered_ = false;
  for (const ChangelogRecord& record : records) {
    if (record.value) {
      restoreOne(record);
    } else if (Entry* entry = find(record.key)) {
      free(*entry);
    }
  }
}

void ChangeBuffer::Changes::restoreOne(const ChangelogRecord& record) {
  const auto fail = [&](const std::string& what) {
    throw Error{ErrorKind::fatal, "the changelog of buffer '" + options_.name + "' has a record that " + what};
  };
  const NullableBytesView version = record.headers ? lastHeader(*record.headers, "v") : std::nullopt;
  if (version != *versionHeaders().front().value) {
    fail("was not written by Kafka Streams 2.6 or newer: let the application that wrote it run on until its buffer is "
         "empty, or reset the application");
  }
  std::optional<std::int64_t> time;
  try {
    time = fromBigEndian(readBufferedRecord(*record.value).rest);
  } catch (const Error& error) {
    fail(std::string{"cannot be read: "} + error.what());
  }
  if (!time) fail("does not end with a buffer time");
  Entry* entry = find(record.key);
  if (!entry) entry = &make(record.key);
  held_bytes_ -= entry->committed.size();
  entry->committed = *record.value;
  held_bytes_ += entry->committed.size();
  if (!entry->waits) arrive(*entry, no_timestamp);
  entry->time = fromMillis(*time);
  count(*entry);
}

void ChangeBuffer::Changes::forgetEverything() noexcept {
  heap_.clear();
  touched_.clear();
  ordered_ = true;
  while (!index_.empty()) free(*index_.begin()->second);
}

}  // namespace widgetstream::detail
