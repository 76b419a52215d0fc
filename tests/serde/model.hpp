#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/bad_record.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/json_value.hpp"

/// What the tests of this room send around.
namespace widgetstream::tests {

struct Item {
  std::string widget_id;
  std::int32_t quantity = 0;
  friend bool operator==(const Item&, const Item&) = default;
};

struct Order {
  std::string customer_id;
  std::vector<Item> items;
  std::optional<std::string> note;
  std::optional<Item> gift;
  Timestamp ordered_at{};
  std::map<std::string, double> prices;
  bool paid = false;
  friend bool operator==(const Order&, const Order&) = default;
};

struct Sensor {
  std::string sensor_id;
  std::string status;
  JsonObject other;
  friend bool operator==(const Sensor&, const Sensor&) = default;
};

struct Numbers {
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  std::uint8_t u8 = 0;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  float f = 0;
  double d = 0;
  friend bool operator==(const Numbers&, const Numbers&) = default;
};

/// Every way in which fields nest.
struct Nested {
  std::vector<std::vector<std::int32_t>> matrix;
  std::map<std::string, std::vector<std::optional<Item>>> lists;
  std::vector<bool> flags;
  JsonValue anything;
  std::vector<Nested> children;
  friend bool operator==(const Nested&, const Nested&) = default;
};

struct OrderKey {
  std::string customer_id;
  Timestamp ordered_at{};
  Origin origin;
  friend auto operator<=>(const OrderKey&, const OrderKey&) = default;
};

struct Nothing {
  friend bool operator==(const Nothing&, const Nothing&) = default;
};

}  // namespace widgetstream::tests

template <>
struct widgetstream::Describe<widgetstream::tests::Item> {
  using Item = tests::Item;
  static constexpr auto fields = describe(field("widgetId", &Item::widget_id), field("qty", &Item::quantity));
};

template <>
struct widgetstream::Describe<widgetstream::tests::Order> {
  using Order = tests::Order;
  static constexpr auto fields =
      describe(field("customerId", &Order::customer_id), field("items", &Order::items), field("note", &Order::note),
               field("gift", &Order::gift), field("orderedAt", &Order::ordered_at), field("prices", &Order::prices),
               field("paid", &Order::paid));
};

template <>
struct widgetstream::Describe<widgetstream::tests::Sensor> {
  using Sensor = tests::Sensor;
  static constexpr auto fields =
      describe(field("sensorId", &Sensor::sensor_id), field("status", &Sensor::status), rest(&Sensor::other));
};

template <>
struct widgetstream::Describe<widgetstream::tests::Numbers> {
  using Numbers = tests::Numbers;
  /// As a function, the other form a description may have.
  static constexpr auto fields() {
    return describe(field("i8", &Numbers::i8), field("i16", &Numbers::i16), field("i32", &Numbers::i32),
                    field("i64", &Numbers::i64), field("u8", &Numbers::u8), field("u16", &Numbers::u16),
                    field("u32", &Numbers::u32), field("u64", &Numbers::u64), field("f", &Numbers::f),
                    field("d", &Numbers::d));
  }
};

template <>
struct widgetstream::Describe<widgetstream::tests::Nested> {
  using Nested = tests::Nested;
  static constexpr auto fields =
      describe(field("matrix", &Nested::matrix), field("lists", &Nested::lists), field("flags", &Nested::flags),
               field("anything", &Nested::anything), field("children", &Nested::children));
};

template <>
struct widgetstream::Describe<widgetstream::tests::OrderKey> {
  using OrderKey = tests::OrderKey;
  static constexpr auto fields =
      describe(field("customerId", &OrderKey::customer_id), field("orderedAt", &OrderKey::ordered_at),
               field("origin", &OrderKey::origin));
};

template <>
struct widgetstream::Describe<widgetstream::tests::Nothing> {
  static constexpr auto fields = describe();
};
