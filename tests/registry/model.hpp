#pragma once

#include <cstdint>
#include <string>

#include "tests/support/bad_record.hpp"
#include "widgetstream/serde/describe.hpp"
#include "widgetstream/serde/serde.hpp"

namespace widgetstream::tests {

struct WidgetOrder {
  std::string customer_id;
  std::int32_t quantity = 0;
  friend bool operator==(const WidgetOrder&, const WidgetOrder&) = default;
};

inline constexpr SerdeContext orders_value{.topic = "orders", .is_key = false};
inline constexpr SerdeContext orders_key{.topic = "orders", .is_key = true};

template <class T, class S>
Bytes encoded(const S& serde, const T& value, const SerdeContext& at = orders_value) {
  Bytes out;
  Serde<T>{serde}.encode(value, at, out);
  return out;
}

template <class T, class S>
T decoded(const S& serde, BytesView bytes, const SerdeContext& at = orders_value) {
  std::optional<T> into;
  Serde<T>{serde}.decode(bytes, at, into);
  return std::move(*into);
}

/// 00, an id below 256, and what follows.
inline Bytes framed(char id, std::string_view payload) {
  return std::string{'\0', '\0', '\0', '\0', id} + std::string{payload};
}

}  // namespace widgetstream::tests

template <>
struct widgetstream::Describe<widgetstream::tests::WidgetOrder> {
  using Order = tests::WidgetOrder;
  static constexpr auto fields =
      describe(field("customerId", &Order::customer_id), field("quantity", &Order::quantity));
};
