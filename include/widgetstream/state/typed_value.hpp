#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/core/headers.hpp"
#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/table_store.hpp"
#include "widgetstream/state/value_timestamp_headers.hpp"

namespace widgetstream::detail {

/// What a store's values are apart from their timestamps and headers.
template <class Stored>
struct StoredTraits {
  using Value = Stored;
  static constexpr bool timestamped = false;
  static constexpr bool with_headers = false;
  static const Value& value(const Stored& stored) noexcept { return stored; }
  static Value& value(Stored& stored) noexcept { return stored; }
  static Timestamp timestamp(const Stored&) noexcept { return no_timestamp; }
  static const Headers* headers(const Stored&) noexcept { return nullptr; }
  static Stored make(Value&& value, Timestamp, const Headers&) { return std::move(value); }
};

template <class V>
struct StoredTraits<ValueAndTimestamp<V>> {
  using Stored = ValueAndTimestamp<V>;
  using Value = V;
  static constexpr bool timestamped = true;
  static constexpr bool with_headers = false;
  static const Value& value(const Stored& stored) noexcept { return stored.value; }
  static Value& value(Stored& stored) noexcept { return stored.value; }
  static Timestamp timestamp(const Stored& stored) noexcept { return stored.timestamp; }
  static const Headers* headers(const Stored&) noexcept { return nullptr; }
  static Stored make(Value&& value, Timestamp timestamp, const Headers&) { return {std::move(value), timestamp}; }
};

template <class V>
struct StoredTraits<ValueTimestampHeaders<V>> {
  using Stored = ValueTimestampHeaders<V>;
  using Value = V;
  static constexpr bool timestamped = true;
  static constexpr bool with_headers = true;
  static const Value& value(const Stored& stored) noexcept { return stored.value; }
  static Value& value(Stored& stored) noexcept { return stored.value; }
  static Timestamp timestamp(const Stored& stored) noexcept { return stored.timestamp; }
  static const Headers* headers(const Stored& stored) noexcept { return &stored.headers; }
  static Stored make(Value&& value, Timestamp timestamp, const Headers& headers) {
    return {std::move(value), timestamp, headers};
  }
};

template <class A>
struct StoredTraits<AggregationWithHeaders<A>> {
  using Stored = AggregationWithHeaders<A>;
  using Value = A;
  static constexpr bool timestamped = false;
  static constexpr bool with_headers = true;
  static const Value& value(const Stored& stored) noexcept { return stored.aggregation; }
  static Value& value(Stored& stored) noexcept { return stored.aggregation; }
  static Timestamp timestamp(const Stored&) noexcept { return no_timestamp; }
  static const Headers* headers(const Stored& stored) noexcept { return &stored.headers; }
  static Stored make(Value&& value, Timestamp, const Headers& headers) { return {std::move(value), headers}; }
};

/// The slots of a table of `Stored`: V, or V with a timestamp, with headers, or with both.
template <class Stored>
class TypedValue final : public ValueType {
  using Traits = StoredTraits<Stored>;
  using Value = typename Traits::Value;
  using Slot = std::optional<Stored>;

 public:
  TypedValue(Serde<Value> serde, std::string topic) : serde_(std::move(serde)), topic_(std::move(topic)) {}

  [[nodiscard]] std::size_t slotSize() const noexcept override { return sizeof(Slot); }
  [[nodiscard]] std::size_t slotAlignment() const noexcept override { return alignof(Slot); }
  void construct(void* slot) const noexcept override { ::new (slot) Slot; }
  void destroy(void* slot) const noexcept override { std::destroy_at(static_cast<Slot*>(slot)); }
  void reset(void* slot) const noexcept override { static_cast<Slot*>(slot)->reset(); }

  void assign(void* slot, const void* value, Timestamp timestamp, const Headers& headers) const override {
    set(*static_cast<Slot*>(slot), *static_cast<const Value*>(value), timestamp, headers);
  }
  void copy(void* to_slot, const void* from_slot) const override {
    const auto& from = *static_cast<const Slot*>(from_slot);
    auto& to = *static_cast<Slot*>(to_slot);
    if constexpr (std::is_copy_assignable_v<Value>) {
      to = from;
    } else {
      to.reset();
      if (from) to.emplace(*from);
    }
  }
  [[nodiscard]] const void* stored(const void* slot) const noexcept override {
    const auto& held = *static_cast<const Slot*>(slot);
    return held ? std::addressof(*held) : nullptr;
  }
  [[nodiscard]] StoredParts parts(const void* stored) const override {
    const auto& held = *static_cast<const Stored*>(stored);
    StoredParts parts;
    serde_.encode(Traits::value(held), {topic_, false}, parts.value);
    parts.timestamp = Traits::timestamp(held);
    if (const Headers* headers = Traits::headers(held)) parts.headers = headers;
    return parts;
  }
  void encode(const void* slot, Bytes& out) const override {
    serde_.encode(Traits::value(**static_cast<const Slot*>(slot)), {topic_, false}, out);
  }
  [[nodiscard]] const Headers& headers(const void* slot) const noexcept override {
    const Headers* held = Traits::headers(**static_cast<const Slot*>(slot));
    return held ? *held : noHeaders();
  }
  void decode(BytesView bytes, Timestamp timestamp, const Headers& headers, void* slot) const override {
    auto& into = *static_cast<Slot*>(slot);
    std::optional<Value> value;
    if (into) value.emplace(std::move(Traits::value(*into)));  // its memory is used again
    into.reset();
    serde_.decode(bytes, {topic_, false}, value);
    into.emplace(Traits::make(std::move(*value), timestamp, headers));
  }
  [[nodiscard]] std::optional<std::size_t> heapBytes(const void* slot) const noexcept override {
    if constexpr (std::is_trivially_copyable_v<Value>) {
      return 0;
    } else if constexpr (std::same_as<Value, std::string>) {
      const auto& held = *static_cast<const Slot*>(slot);
      return held ? Traits::value(*held).size() : 0;
    } else {
      return std::nullopt;
    }
  }

 private:
  static void set(Slot& slot, const Value& value, Timestamp timestamp, const Headers& headers) {
    if constexpr (std::is_copy_assignable_v<Value>) {
      if (slot) {
        Traits::value(*slot) = value;
        if constexpr (Traits::timestamped) slot->timestamp = timestamp;
        if constexpr (Traits::with_headers) slot->headers = headers;
        return;
      }
    }
    Stored made = Traits::make(Value{value}, timestamp, headers);  // first: `value` may be the one in the slot
    slot.emplace(std::move(made));
  }

  Serde<Value> serde_;
  std::string topic_;
};

}  // namespace widgetstream::detail
