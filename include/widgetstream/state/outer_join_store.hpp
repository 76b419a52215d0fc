#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "widgetstream/core/owned.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream {

/// Which stream of a join a record is of.
enum class StreamSide : std::uint8_t { right = 0, left = 1 };

/// The records of one side, of one key and time, that have no partner yet, in the order they came. Most often one.
template <class V>
struct UnmatchedValues {
  std::optional<V> first;
  std::vector<V> more;

  void add(const V& value) { first ? more.push_back(value) : void(first.emplace(value)); }
  [[nodiscard]] std::size_t size() const noexcept { return (first ? 1 : 0) + more.size(); }
  template <class F>
  void forEach(F visit) const {
    if (first) visit(*first);
    for (const V& value : more) visit(value);
  }
};

/// The values under one key of an OuterJoinStore: all of the side the key says.
template <class L, class R>
struct UnmatchedRecords {
  UnmatchedValues<L> left;
  UnmatchedValues<R> right;
};

namespace detail {

/// i64 time, 1 for the left side or 0, key (contract 5.3).
void appendUnmatchedKey(Timestamp timestamp, StreamSide side, Bytes& out);
struct UnmatchedKey {
  Timestamp timestamp;
  StreamSide side;
  BytesView key;
};
/// Errors  Error{store_corrupted} for bytes that are too short.
[[nodiscard]] UnmatchedKey readUnmatchedKey(BytesView bytes);

/// Java's list of values of variable size: 01, i32 count, then each with an i32 length.
void appendListHead(std::size_t count, Bytes& out);
/// Appends a length to be set by endListItem() when the item is there.
[[nodiscard]] std::size_t beginListItem(Bytes& out);
void endListItem(std::size_t begun, Bytes& out);
/// Takes items off the front of such bytes.
/// Errors  Error{store_corrupted} for bytes that are no list
class ListItems {
 public:
  explicit ListItems(BytesView list);
  [[nodiscard]] bool done() const noexcept { return left_ == 0; }
  [[nodiscard]] BytesView next();

 private:
  BytesView bytes_;
  std::uint32_t left_ = 0;
};

/// A value to be added to those before it, if there are any.
template <class L, class R>
struct UnmatchedAddition {
  const UnmatchedRecords<L, R>* before = nullptr;
  const L* left = nullptr;
  const R* right = nullptr;
};

/// The slots of an OuterJoinStore. Each value in a list begins with the side it is of, as in Java.
template <class L, class R>
class UnmatchedValueType final : public ValueType {
  using Stored = UnmatchedRecords<L, R>;
  using Slot = std::optional<Stored>;
  using Addition = UnmatchedAddition<L, R>;

 public:
  UnmatchedValueType(Serde<L> left, Serde<R> right, std::string topic)
      : left_(std::move(left)), right_(std::move(right)), topic_(std::move(topic)) {}

  [[nodiscard]] std::size_t slotSize() const noexcept override { return sizeof(Slot); }
  [[nodiscard]] std::size_t slotAlignment() const noexcept override { return alignof(Slot); }
  void construct(void* slot) const noexcept override { ::new (slot) Slot; }
  void destroy(void* slot) const noexcept override { std::destroy_at(static_cast<Slot*>(slot)); }
  void reset(void* slot) const noexcept override { static_cast<Slot*>(slot)->reset(); }

  void assign(void* slot, const void* value, Timestamp, const Headers&) const override {
    const auto& addition = *static_cast<const Addition*>(value);
    auto& into = *static_cast<Slot*>(slot);
    if (!addition.before) {
      into.emplace();
    } else if (!into || addition.before != std::addressof(*into)) {
      into.emplace(*addition.before);
    }
    if (addition.left) into->left.add(*addition.left);
    if (addition.right) into->right.add(*addition.right);
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
    encodeRecords(*static_cast<const Stored*>(stored), parts.value);
    return parts;
  }
  void encode(const void* slot, Bytes& out) const override {
    encodeRecords(**static_cast<const Slot*>(slot), out);
  }
  void decode(BytesView bytes, Timestamp, const Headers&, void* slot) const override {
    Stored read;
    std::optional<L> left;
    std::optional<R> right;
    for (ListItems items{bytes}; !items.done();) {
      const BytesView item = items.next();
      if (item.front() == static_cast<char>(StreamSide::left)) {
        left_.decode(item.substr(1), {topic_, false}, left);
        read.left.add(*left);
      } else {
        right_.decode(item.substr(1), {topic_, false}, right);
        read.right.add(*right);
      }
    }
    static_cast<Slot*>(slot)->emplace(std::move(read));
  }
  [[nodiscard]] std::optional<std::size_t> heapBytes(const void* slot) const noexcept override {
    const auto& held = *static_cast<const Slot*>(slot);
    if (!held) return 0;
    const auto left = heapOf(held->left);
    const auto right = heapOf(held->right);
    return left && right ? std::optional{*left + *right} : std::nullopt;
  }

 private:
  void encodeRecords(const Stored& records, Bytes& out) const {
    appendListHead(records.left.size() + records.right.size(), out);
    const auto append = [&](StreamSide side, const auto& serde, const auto& value) {
      const std::size_t begun = beginListItem(out);
      out.push_back(static_cast<char>(side));
      serde.encode(value, {topic_, false}, out);
      endListItem(begun, out);
    };
    records.left.forEach([&](const L& value) { append(StreamSide::left, left_, value); });
    records.right.forEach([&](const R& value) { append(StreamSide::right, right_, value); });
  }
  template <class V>
  [[nodiscard]] static std::optional<std::size_t> heapOf(const UnmatchedValues<V>& values) {
    std::size_t bytes = values.more.size() * sizeof(V);
    if constexpr (std::is_same_v<V, std::string>) {
      values.forEach([&](const std::string& value) { bytes += value.size(); });
    } else if constexpr (!std::is_trivially_copyable_v<V>) {
      if (values.size() > 0) return std::nullopt;
    }
    return bytes;
  }

  Serde<L> left_;
  Serde<R> right_;
  std::string topic_;
};

}  // namespace detail

/// What the two sides of a left or outer join know together; see operators/stream_join.hpp for how it is used. Lost with
/// the task, as in Java.
struct OuterJoinClock {
  Timestamp stream_time = no_timestamp;
  /// About the oldest waiting record: Java's minTime with all that it gets wrong, for it decides when results are sent.
  Timestamp min_time = Timestamp::max();
  Timestamp next_emit{};
  /// No waiting record is older; where walks begin.
  Timestamp oldest{};
};

/// The records of a left or outer stream-stream join that wait for a partner, in the order of time, side and key: the
/// store that both sides share.
///
/// State    a list of values under each time, side and key, with Java's bytes (contract 5.3). Never cached.
/// Threads  the owning stream thread only
/// Errors   as TypedKeyValueStore
template <class K, class L, class R>
class OuterJoinStore final : public detail::TableStore {
 public:
  using Records = UnmatchedRecords<L, R>;

  OuterJoinStore(detail::TableOptions options, Serde<K> keys, Serde<L> left, Serde<R> right)
      : TableStore(std::move(options)), keys_(std::move(keys)), left_(std::move(left)), right_(std::move(right)) {}

  void addLeft(const K& key, Timestamp timestamp, const L& value, const RecordStamp& stamp) {
    add(StreamSide::left, key, timestamp, {nullptr, &value, nullptr}, stamp);
  }
  void addRight(const K& key, Timestamp timestamp, const R& value, const RecordStamp& stamp) {
    add(StreamSide::right, key, timestamp, {nullptr, nullptr, &value}, stamp);
  }
  /// Forgets all records of a side, key and time, if there are any.
  void removeMatched(StreamSide side, const K& key, Timestamp timestamp, const RecordStamp& stamp) {
    const BytesView bytes = encoded(side, key, timestamp);
    if (findStored(bytes)) putValue(bytes, nullptr, no_timestamp, stamp);
  }
  /// Forgets what a walk has shown.
  void remove(BytesView entry, const RecordStamp& stamp) { putValue(entry, nullptr, no_timestamp, stamp); }

  /// Walks from `oldest` on: visit(Timestamp, StreamSide, const K&, const Records&, BytesView entry) returns false to end.
  /// Sees the store as it was at the call; the visitor may change it.
  template <class Visit>
  void visitFrom(Timestamp oldest, const Visit& visit) {
    Bytes from;
    detail::appendUnmatchedKey(oldest, StreamSide::right, from);
    std::optional<K> key;
    for (auto cursor = scan(detail::rangeBounds(std::move(from), std::nullopt, false)); cursor->valid();
         cursor->next()) {
      const detail::UnmatchedKey entry = detail::readUnmatchedKey(cursor->key());
      keys_.decode(entry.key, {topic(), true}, key);
      const auto& records = *static_cast<const Records*>(cursor->stored());
      if (!visit(entry.timestamp, entry.side, std::as_const(*key), records, cursor->key())) return;
    }
  }

  [[nodiscard]] OuterJoinClock& clock() noexcept { return clock_; }

  /// Each record as a row of its own, as Java's walks show them.
  [[nodiscard]] std::vector<StoreRow> rows() const override {
    std::vector<StoreRow> single;
    for (const StoreRow& row : TableStore::rows()) {
      for (detail::ListItems items{row.value}; !items.done();) {
        StoreRow& each = single.emplace_back();
        each.key = row.key;
        each.value = items.next();
      }
    }
    return single;
  }

 private:
  void committed() noexcept override { committed_clock_ = clock_; }
  void discarded() noexcept override { clock_ = committed_clock_; }
  [[nodiscard]] std::shared_ptr<const detail::ValueType> makeValueType(const std::string& topic) const override {
    return detail::makeShared<const detail::ValueType, detail::UnmatchedValueType<L, R>>(left_, right_, topic);
  }
  void add(StreamSide side, const K& key, Timestamp timestamp, detail::UnmatchedAddition<L, R> addition,
           const RecordStamp& stamp) {
    const BytesView bytes = encoded(side, key, timestamp);
    addition.before = static_cast<const Records*>(findStored(bytes));
    putValue(bytes, &addition, no_timestamp, stamp);
    clock_.oldest = detail::earlier(clock_.oldest, timestamp);
  }
  /// Valid until the next call.
  [[nodiscard]] BytesView encoded(StreamSide side, const K& key, Timestamp timestamp) {
    key_buffer_.clear();
    detail::appendUnmatchedKey(timestamp, side, key_buffer_);
    keys_.encode(key, {topic(), true}, key_buffer_);
    return key_buffer_;
  }

  Serde<K> keys_;
  Serde<L> left_;
  Serde<R> right_;
  OuterJoinClock clock_;
  OuterJoinClock committed_clock_;
  Bytes key_buffer_;
};

template <class K, class L, class R>
[[nodiscard]] StoreBuilder outerJoinStoreBuilder(KeyValueStoreSupplier supplier, Serde<K> keys, Serde<L> left,
                                                 Serde<R> right) {
  StoreBuilder builder;
  builder.name = std::move(supplier.name);
  builder.persistent = supplier.persistent;
  builder.open = std::move(supplier.open);
  builder.make = [keys = std::move(keys), left = std::move(left),
                  right = std::move(right)](const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    detail::TableOptions options;
    options.name = of.name;
    options.persistent = of.persistent;
    options.logging = of.logging;
    options.timestamped = false;
    options.format = ValueFormat::plain;
    options.open = of.open;
    return detail::makeOwned<StateStore, OuterJoinStore<K, L, R>>(std::move(options), keys, left, right);
  };
  return builder;
}

}  // namespace widgetstream
