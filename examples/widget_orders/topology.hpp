#pragma once

#include <functional>
#include <optional>
#include <string>

#include "widgetstream/topology/topology.hpp"

inline constexpr const char* event_topic = "event-topic";
inline constexpr const char* sensor_topic = "sensor-health";
inline constexpr const char* orders_store = "orders";
inline constexpr const char* sensors_store = "sensors";

/// Where orders and sensors are written besides the stores.
struct MongoTarget {
  std::string uri;
  std::string database;
};

/// Events and sensor reports on their way into stores and MongoDB. Without `mongo` they go to the stores alone.
/// `on_ignored` is called for each event that is no order, from the stream threads.
[[nodiscard]] widgetstream::Topology widgetOrders(const std::optional<MongoTarget>& mongo,
                                                  std::function<void()> on_ignored);
