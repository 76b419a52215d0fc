#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "widgetstream/serde/serde.hpp"
#include "widgetstream/state/key_value_store.hpp"
#include "widgetstream/state/table_store.hpp"

namespace widgetstream::detail {

/// What a store's values are apart from their timestamps.
template <class Stored>
struct StoredTraits {
  using Value = Stored;
  static constexpr bool timestamped = false;
  static const Value& value(const Stored& stored) noexcept { return stored; }
  static Value& value(Stored& stored) noexcept { return stored; }
};

template <class V>
struct StoredTraits<ValueAndTimestamp<V>> {
  using Value = V;
  static constexpr bool timestamped = true;
  static const Value& value(const ValueAndTimestamp<V>& stored) noexcept { return stored.value; }
  static Value& value(ValueAndTimestamp<V>& stored) noexcept { return stored.value; }
};

/// The slots of a table of `Stored`, a V or a ValueAndTimestamp<V>.
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

  void assign(void* slot, const void* value, Timestamp timestamp) const override {
    set(*static_cast<Slot*>(slot), *static_cast<const Value*>(value), timestamp);
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
  void encode(const void* slot, Bytes& out) const override {
    serde_.encode(Traits::value(**static_cast<const Slot*>(slot)), {topic_, false}, out);
  }
  void decode(BytesView bytes, Timestamp timestamp, void* slot) const override {
    auto& into = *static_cast<Slot*>(slot);
    std::optional<Value> value;
    if (into) value.emplace(std::move(Traits::value(*into)));  // its memory is used again
    into.reset();
    serde_.decode(bytes, {topic_, false}, value);
    if constexpr (Traits::timestamped) {
      into.emplace(Stored{std::move(*value), timestamp});
    } else {
      into = std::move(value);
    }
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
  static void set(Slot& slot, const Value& value, Timestamp timestamp) {
    if constexpr (std::is_copy_assignable_v<Value>) {
      if (slot) {
        Traits::value(*slot) = value;
        if constexpr (Traits::timestamped) slot->timestamp = timestamp;
        return;
      }
    }
    if constexpr (Traits::timestamped) {
      Stored made{value, timestamp};  // first: `value` may be the one in the slot
      slot.emplace(std::move(made));
    } else {
      Stored made = value;
      slot.emplace(std::move(made));
    }
  }

  Serde<Value> serde_;
  std::string topic_;
};

}  // namespace widgetstream::detail
