#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/owned.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream {

namespace detail {

/// A record that waits, with where it came from.
template <class V>
struct WaitingRecord {
  V value;
  std::string topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
  Timestamp timestamp = no_timestamp;
  Headers headers;

  [[nodiscard]] RecordStamp stamp() const { return {topic, partition, offset, timestamp, &headers}; }
};

/// A record on its way into the buffer.
template <class V>
struct ArrivingRecord {
  const V* value;
  const RecordStamp* stamp;
};

/// 00, i64 time, key, i32 number (contract 5.3).
void appendWaitingKeyHead(Timestamp timestamp, Bytes& out);
void appendWaitingKeyNumber(std::int32_t number, Bytes& out);
struct WaitingKey {
  Timestamp timestamp;
  BytesView key;
  std::int32_t number;
};
/// Errors  Error{store_corrupted} for bytes that are too short
[[nodiscard]] WaitingKey readWaitingKey(BytesView bytes);

/// A record's bytes around its value, which `encode` appends: as buffered_record.hpp says, with nothing prior or old.
void beginWaitingRecord(const RecordStamp& stamp, Bytes& out);
void endWaitingRecord(std::size_t value_begun, Bytes& out);
struct WaitingRecordParts {
  RecordStamp stamp;  ///< without headers
  BytesView value;
};
[[nodiscard]] WaitingRecordParts readWaitingRecord(BytesView bytes, Headers& headers);

template <class V>
class WaitingRecordType final : public ValueType {
  using Stored = WaitingRecord<V>;
  using Slot = std::optional<Stored>;

 public:
  WaitingRecordType(Serde<V> serde, std::string topic) : serde_(std::move(serde)), topic_(std::move(topic)) {}

  [[nodiscard]] std::size_t slotSize() const noexcept override { return sizeof(Slot); }
  [[nodiscard]] std::size_t slotAlignment() const noexcept override { return alignof(Slot); }
  void construct(void* slot) const noexcept override { ::new (slot) Slot; }
  void destroy(void* slot) const noexcept override { std::destroy_at(static_cast<Slot*>(slot)); }
  void reset(void* slot) const noexcept override { static_cast<Slot*>(slot)->reset(); }

  void assign(void* slot, const void* value, Timestamp, const Headers&) const override {
    const auto& arriving = *static_cast<const ArrivingRecord<V>*>(value);
    const RecordStamp& at = *arriving.stamp;
    static_cast<Slot*>(slot)->emplace(
        Stored{*arriving.value, std::string{at.topic}, at.partition, at.offset, at.timestamp, *at.headers});
  }
  void copy(void* to_slot, const void* from_slot) const override {
    const auto& from = *static_cast<const Slot*>(from_slot);
    auto& to = *static_cast<Slot*>(to_slot);
    to.reset();
    if (from) to.emplace(*from);
  }
  [[nodiscard]] const void* stored(const void* slot) const noexcept override {
    const auto& held = *static_cast<const Slot*>(slot);
    return held ? std::addressof(*held) : nullptr;
  }
  [[nodiscard]] const Headers& headers(const void*) const noexcept override { return noHeaders(); }
  [[nodiscard]] StoredParts parts(const void* stored) const override {
    StoredParts parts;
    encodeRecord(*static_cast<const Stored*>(stored), parts.value);
    return parts;
  }
  void encode(const void* slot, Bytes& out) const override { encodeRecord(**static_cast<const Slot*>(slot), out); }
  void decode(BytesView bytes, Timestamp, const Headers&, void* slot) const override {
    Headers headers;
    const WaitingRecordParts parts = readWaitingRecord(bytes, headers);
    std::optional<V> value;
    serde_.decode(parts.value, {topic_, false}, value);
    const RecordStamp& at = parts.stamp;
    static_cast<Slot*>(slot)->emplace(Stored{std::move(*value), std::string{at.topic}, at.partition, at.offset,
                                             at.timestamp, std::move(headers)});
  }
  [[nodiscard]] std::optional<std::size_t> heapBytes(const void*) const noexcept override { return std::nullopt; }

 private:
  void encodeRecord(const Stored& record, Bytes& out) const {
    beginWaitingRecord(record.stamp(), out);
    const std::size_t begun = out.size();
    serde_.encode(record.value, {topic_, false}, out);
    endWaitingRecord(begun, out);
  }

  Serde<V> serde_;
  std::string topic_;
};

}  // namespace detail

/// Records of a stream that wait for the table they are joined with to have become what it was at their time.
///
/// Order    records leave by their time, equal ones by their key's bytes, then as they came
/// State    one entry a record, logged when it comes and when it leaves, in Java's bytes (contract 5.3, 5.7)
/// Threads  the owning stream thread only
/// Errors   as TypedKeyValueStore
template <class K, class V>
class JoinGraceBuffer final : public detail::TableStore {
 public:
  /// `topic` is what the serdes are told, as in Java: the name of the join.
  JoinGraceBuffer(detail::TableOptions options, Serde<K> keys, Serde<V> values, Milliseconds grace, std::string topic)
      : TableStore(std::move(options)),
        keys_(std::move(keys)),
        values_(std::move(values)),
        grace_(grace),
        serde_topic_(std::move(topic)) {}

  /// Keeps the record of `stamp`; false, and nothing is kept, when the newest one is more than the grace past it.
  bool put(const K& key, const V& value, const RecordStamp& stamp) {
    if (!begun_) begin();
    if (times_.newest - grace_ > stamp.timestamp) return false;
    number_ = (number_ + 1) & 0x7FFF'FFFF;
    key_buffer_.clear();
    detail::appendWaitingKeyHead(stamp.timestamp, key_buffer_);
    keys_.encode(key, {serde_topic_, true}, key_buffer_);
    detail::appendWaitingKeyNumber(number_, key_buffer_);
    const detail::ArrivingRecord<V> arriving{&value, &stamp};
    putValue(key_buffer_, &arriving, no_timestamp, {});
    times_.newest = detail::later(times_.newest, stamp.timestamp);
    times_.oldest = detail::earlier(times_.oldest, stamp.timestamp);
    return true;
  }

  /// Lets the records go that the newest one is at least the grace past: leave(const K&, const V&, const RecordStamp&).
  template <class Leave>
  void evict(const Leave& leave) {
    const Timestamp last = times_.newest - grace_;
    if (times_.oldest > last) return;
    Bytes from;
    detail::appendWaitingKeyHead(times_.oldest, from);
    std::optional<K> key;
    Timestamp oldest = Timestamp::max();
    for (auto cursor = scan(detail::rangeBounds(std::move(from), std::nullopt, false)); cursor->valid();
         cursor->next()) {
      const detail::WaitingKey waiting = detail::readWaitingKey(cursor->key());
      if (waiting.timestamp > last) {
        oldest = waiting.timestamp;
        break;
      }
      keys_.decode(waiting.key, {serde_topic_, true}, key);
      const auto& record = *static_cast<const detail::WaitingRecord<V>*>(cursor->stored());
      leave(std::as_const(*key), record.value, record.stamp());
      putValue(cursor->key(), nullptr, no_timestamp, {});
    }
    times_.oldest = oldest;
  }

 private:
  void committed() noexcept override { committed_times_ = times_; }
  void discarded() noexcept override {
    times_ = committed_times_;
    begun_ = false;  // records that wait may be newer than any that was committed here
  }
  [[nodiscard]] std::shared_ptr<const detail::ValueType> makeValueType(const std::string&) const override {
    return detail::makeShared<const detail::ValueType, detail::WaitingRecordType<V>>(values_, serde_topic_);
  }
  /// Numbers go on from those of the records that wait, so that a new record of equal key and time does not take an old
  /// one's place after a restart.
  void begin() {
    begun_ = true;
    for (auto cursor = scan({}); cursor->valid(); cursor->next()) {
      const detail::WaitingKey waiting = detail::readWaitingKey(cursor->key());
      if (waiting.number > number_) number_ = waiting.number;
      times_.newest = detail::later(times_.newest, waiting.timestamp);
    }
  }

  Serde<K> keys_;
  Serde<V> values_;
  Milliseconds grace_;
  std::string serde_topic_;
  Bytes key_buffer_;
  std::int32_t number_ = 0;
  struct Times {
    Timestamp newest = no_timestamp;
    Timestamp oldest{};  // no waiting record is older
  };
  Times times_;
  Times committed_times_;
  bool begun_ = false;
};

template <class K, class V>
[[nodiscard]] StoreBuilder joinGraceBufferBuilder(const std::string& name, Serde<K> keys, Serde<V> values,
                                                  Milliseconds grace, const std::string& topic) {
  KeyValueStoreSupplier supplier = persistentKeyValueStore(name);
  StoreBuilder builder;
  builder.name = name;
  builder.persistent = true;
  builder.open = std::move(supplier.open);
  builder.make = [keys = std::move(keys), values = std::move(values), grace,
                  topic](const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    detail::TableOptions options;
    options.name = of.name;
    options.persistent = of.persistent;
    options.logging = of.logging;
    options.timestamped = false;
    options.format = ValueFormat::plain;
    options.producer_dates_log = true;
    options.open = of.open;
    return detail::makeOwned<StateStore, JoinGraceBuffer<K, V>>(std::move(options), keys, values, grace, topic);
  };
  return builder;
}

}  // namespace widgetstream
