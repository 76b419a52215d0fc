#pragma once

#include <optional>
#include <string>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/serde/json.hpp"
#include "widgetstream/serde/ordered.hpp"

// What flows through the application. Each struct is described once; JSON, BSON and keys follow from that.

/// An event as producers send it. Only some types are orders, and only of those it matters what the other fields hold.
struct OrderEvent {
  std::string type;
  std::optional<widgetstream::JsonValue> customer_id;
  std::optional<widgetstream::JsonValue> widget_id;
};

/// One order's key: sorts a customer's orders by time, then by arrival. An event seen twice is the same order.
struct OrderKey {
  std::string customer_id;
  widgetstream::Timestamp ordered_at;
  widgetstream::Origin origin;
};

struct Order {
  std::string widget_id;
  widgetstream::Timestamp ordered_at;
};

/// An order as MongoDB keeps it.
struct OrderDocument {
  std::string customer_id;
  std::string widget_id;
  widgetstream::Timestamp ordered_at;
};

/// A sensor's newest report, with whatever else it said.
struct SensorHealth {
  std::string sensor_id;
  std::string status;
  widgetstream::JsonObject other;
};

namespace widgetstream {

template <>
struct Describe<OrderEvent> {
  static constexpr auto fields = describe(field("type", &OrderEvent::type), field("customerId", &OrderEvent::customer_id),
                                          field("widgetId", &OrderEvent::widget_id));
};

template <>
struct Describe<OrderKey> {
  static constexpr auto fields = describe(field("customerId", &OrderKey::customer_id),
                                          field("orderedAt", &OrderKey::ordered_at), field("origin", &OrderKey::origin));
};

/// Keys as bytes that sort like their fields, so that a customer's orders are one prefix.
template <>
struct DefaultSerde<OrderKey> {
  static Serde<OrderKey> make() { return OrderedSerde<OrderKey>{}; }
};

template <>
struct Describe<Order> {
  static constexpr auto fields =
      describe(field("widgetId", &Order::widget_id), field("orderedAt", &Order::ordered_at));
};

template <>
struct Describe<OrderDocument> {
  static constexpr auto fields =
      describe(field("customerId", &OrderDocument::customer_id), field("widgetId", &OrderDocument::widget_id),
               field("orderedAt", &OrderDocument::ordered_at));
};

template <>
struct Describe<SensorHealth> {
  static constexpr auto fields = describe(field("sensorId", &SensorHealth::sensor_id),
                                          field("status", &SensorHealth::status), rest(&SensorHealth::other));
};

}  // namespace widgetstream
