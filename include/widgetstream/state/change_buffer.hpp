#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "widgetstream/core/nullable.hpp"
#include "widgetstream/core/owned.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/record_stamp.hpp"
#include "widgetstream/state/state_store.hpp"
#include "widgetstream/state/stores.hpp"
#include "widgetstream/state/table_store.hpp"
#include "widgetstream/state/typed_value.hpp"

namespace widgetstream {

namespace detail {

struct ChangeBufferOptions {
  std::string name;
  bool logging = true;
  /// True when bytes() will be asked for: then each change is encoded at once, to know its size.
  bool counts_bytes = false;
};

/// A change in the buffer. The pointers are what ValueType::stored() gives; null is null.
struct WaitingChange {
  BytesView key;
  const void* new_value = nullptr;
  const void* old_value = nullptr;
  RecordStamp stamp;
};

/// The part of TypedChangeBuffer that needs no type.
class ChangeBuffer : public StateStore {
 public:
  explicit ChangeBuffer(ChangeBufferOptions options);
  ~ChangeBuffer() override;
  ChangeBuffer(const ChangeBuffer&) = delete;
  ChangeBuffer& operator=(const ChangeBuffer&) = delete;

  [[nodiscard]] const std::string& name() const final { return options_.name; }
  [[nodiscard]] bool persistent() const final { return false; }
  void open(StoreContext& context) final;
  [[nodiscard]] std::optional<std::int64_t> changelogOffset() const final { return std::nullopt; }
  void restore(std::span<const ChangelogRecord> records, std::int64_t offset) final;
  void flushCache() final {}
  void logChanges() final;
  void commit(std::optional<std::int64_t> changelog_offset) final;
  void discard() final;
  [[nodiscard]] std::size_t bufferedBytes() const final;
  [[nodiscard]] std::uint64_t engineMemoryBytes() const final;
  void close() noexcept final;

  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// How many keys wait.
  [[nodiscard]] std::size_t size() const noexcept;
  /// What the waiting changes count for, as Java counts it; 0 unless it was asked for.
  [[nodiscard]] std::size_t bytes() const noexcept;
  /// The time of the change that leaves first; the end of time when none waits.
  [[nodiscard]] Timestamp firstTime() const;
  /// Lets go of the change that leaves first.
  void removeFirst();

 protected:
  [[nodiscard]] virtual std::shared_ptr<const ValueType> makeValueType(const std::string& topic) const = 0;

  /// Values are bare, copied; null is null.
  void putChange(Timestamp time, BytesView key, const void* new_value, const void* old_value, const RecordStamp& stamp);
  /// The change that leaves first; there must be one. It lives until the next call.
  [[nodiscard]] WaitingChange firstChange();
  /// Whether `key` waits, and what its value was before it began to.
  struct Prior {
    bool waits = false;
    const void* value = nullptr;
  };
  [[nodiscard]] Prior priorOf(BytesView key);
  /// What serdes are told: the changelog topic.
  [[nodiscard]] const std::string& topic() const noexcept { return topic_; }

 private:
  class Changes;
  [[nodiscard]] Changes& changes() const;

  ChangeBufferOptions options_;
  std::string topic_;
  std::unique_ptr<Changes> changes_;  // a new one at each open()
};

}  // namespace detail

/// Changes of a table that wait, one a key, in memory: the state of suppress().
///
/// Order    changes leave by their time, equal ones by the bytes of their keys. A newer change of a waiting key takes
///          the place of the older one: value, context and headers are new, the time is not.
/// State    the changelog has the newest waiting change of each key, written once a commit, and a tombstone when it has
///          left; its bytes are Java's (contract 5.7), and it is read at every start. What was committed is kept as
///          those bytes, what has changed since as objects.
/// Threads  the owning stream thread only.
/// Errors   Error{bad_record} when bytes cannot be decoded; Error{fatal} for a changelog that cannot be read;
///          Error{not_available} before open() and after close().
template <class K, class V>
class TypedChangeBuffer final : public detail::ChangeBuffer {
 public:
  /// The change that leaves next.
  struct First {
    const K& key;
    Nullable<V> new_value;
    Nullable<V> old_value;
    RecordStamp stamp;
  };
  struct Prior {
    bool waits = false;
    Nullable<V> value;
  };

  TypedChangeBuffer(detail::ChangeBufferOptions options, Serde<K> keys, Serde<V> values)
      : ChangeBuffer(std::move(options)), keys_(std::move(keys)), values_(std::move(values)) {}

  void put(Timestamp time, const K& key, Nullable<V> new_value, Nullable<V> old_value, const RecordStamp& stamp) {
    putChange(time, encoded(key), new_value.pointer(), old_value.pointer(), stamp);
  }
  /// There must be one. Borrowed until the next call.
  [[nodiscard]] First first() {
    const detail::WaitingChange change = firstChange();
    keys_.decode(change.key, {topic(), true}, first_key_);
    return {*first_key_, view(change.new_value), view(change.old_value), change.stamp};
  }
  /// Whether `key` waits, and its value before it began to. Borrowed until the next call.
  [[nodiscard]] Prior prior(const K& key) {
    const auto found = priorOf(encoded(key));
    return {found.waits, view(found.value)};
  }

 private:
  [[nodiscard]] std::shared_ptr<const detail::ValueType> makeValueType(const std::string& topic) const override {
    return detail::makeShared<const detail::ValueType, detail::TypedValue<V>>(values_, topic);
  }
  [[nodiscard]] BytesView encoded(const K& key) {
    key_buffer_.clear();
    keys_.encode(key, {topic(), true}, key_buffer_);
    return key_buffer_;
  }
  [[nodiscard]] static Nullable<V> view(const void* value) { return Nullable<V>{static_cast<const V*>(value)}; }

  Serde<K> keys_;
  Serde<V> values_;
  std::optional<K> first_key_;
  Bytes key_buffer_;
};

/// `counts_bytes`: whether the buffer is bounded by bytes.
template <class K, class V>
[[nodiscard]] StoreBuilder changeBufferBuilder(std::string name, Serde<K> keys, Serde<V> values, bool counts_bytes) {
  StoreBuilder builder;
  builder.name = std::move(name);
  builder.persistent = false;
  builder.make = [keys = std::move(keys), values = std::move(values),
                  counts_bytes](const StoreBuilder& of) -> std::unique_ptr<StateStore> {
    return detail::makeOwned<StateStore, TypedChangeBuffer<K, V>>(
        detail::ChangeBufferOptions{of.name, of.logging, counts_bytes}, keys, values);
  };
  return builder;
}

}  // namespace widgetstream
