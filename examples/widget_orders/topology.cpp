#include "topology.hpp"

#include <stdexcept>

#include "model.hpp"
#include "widgetstream/connectors/mongo_sink.hpp"
#include "widgetstream/dsl/streams_builder.hpp"

using namespace widgetstream;

namespace {

/// An order without customer or widget is a dead letter: what is thrown here goes to the processing handler.
const std::string& required(const std::string& text, const char* name) {
  if (text.empty()) throw std::invalid_argument{std::string{name} + ": empty"};
  return text;
}

const std::string& required(const std::optional<JsonValue>& field, const char* name) {
  if (!field) throw std::invalid_argument{std::string{name} + ": missing"};
  if (!field->text()) throw std::invalid_argument{std::string{name} + ": not a text"};
  return required(*field->text(), name);
}

std::pair<OrderKey, Order> toOrder(const OrderEvent& event, const RecordContext& at) {
  return {OrderKey{required(event.customer_id, "customerId"), at.timestamp(), at.origin()},
          Order{required(event.widget_id, "widgetId"), at.timestamp()}};
}

OrderDocument toDocument(const OrderKey& key, const Order& order) {
  return {key.customer_id, order.widget_id, order.ordered_at};
}

}  // namespace

Topology widgetOrders(const std::optional<MongoTarget>& mongo, std::function<void()> on_ignored) {
  StreamsBuilder builder;

  const auto orders = builder.stream<std::string, OrderEvent>(event_topic)
                          .filter([on_ignored](const OrderEvent& event) {
                            const bool is_order = event.type == "WidgetOrdered";
                            if (!is_order) on_ignored();
                            return is_order;
                          })
                          .map(toOrder);
  // One store entry an order; all of a customer's in one partition, wherever their events came in.
  orders.repartition(Repartitioned::as("orders").partitionedBy(&OrderKey::customer_id))
      .groupByKey()
      .materialize(orders_store);

  const auto sensors =
      builder.stream<std::string, SensorHealth>(sensor_topic)
          .selectKey([](const SensorHealth& health) { return required(health.sensor_id, "sensorId"); })
          .toTable(Materialized::as(sensors_store));

  if (mongo) {
    orders.sinkTo(mongoSink<OrderKey, Order>({.uri = mongo->uri, .database = mongo->database, .collection = "orders"})
                      .document(toDocument));
    sensors.sinkTo(mongoSink<std::string, SensorHealth>(
        {.uri = mongo->uri, .database = mongo->database, .collection = "sensors"}));
  }
  return builder.build();
}
