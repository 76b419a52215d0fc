#include "api.hpp"

#include <map>
#include <string>

#include "model.hpp"
#include "topology.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/query/cursor.hpp"
#include "widgetstream/serde/json.hpp"

using namespace widgetstream;

namespace {

constexpr std::int64_t most_orders_a_page = 1000;

/// Where the page begins: after the order that the cursor names, which must be one of this customer's.
Bytes startOfPage(const Request& request, const Bytes& customer_prefix) {
  const std::optional<std::string> after = request.query("after");
  if (!after) return {};
  Bytes key = decodeCursor(*after);
  if (key.compare(0, customer_prefix.size(), customer_prefix) != 0) {
    throw Error{ErrorKind::invalid_argument, "the cursor 'after' belongs to another customer; use the one of 'next'"};
  }
  return key;
}

/// What this instance does not have another one has, unless the group is still about to tell.
Response notHere(const KafkaStreams& app, const std::string& what) {
  const Readiness readiness = app.readiness();
  if (!readiness.ready) return Response::error(503, "not_available", "who has " + what + " is not settled yet: " + readiness.reason);
  return Response::error(503, "not_owner", "another instance has " + what);
}

/// GET /orders/{customerId}?limit=1000&after=CURSOR: a customer's orders by time, then arrival.
Response ordersOf(KafkaStreams& app, const Request& request) {
  const std::string& customer = request.param("customerId");
  const std::int64_t limit = request.queryNumber("limit", most_orders_a_page, 1, most_orders_a_page);
  const Bytes prefix = orderedPrefix<OrderKey>(customer);
  const Bytes after = startOfPage(request, prefix);

  const KeyQueryMetadata owner = app.queryMetadataForKey(orders_store, customer, defaultSerde<std::string>());
  if (!owner.local) return notHere(app, "the orders of this customer");
  const auto orders = app.timestampedKeyValueStore<OrderKey, Order>(orders_store, owner.partition);

  std::string body;
  JsonWriter json{body};
  json.beginObject();
  json.key("customerId");
  json.text(customer);
  json.key("orders");
  json.beginArray();
  std::int64_t shown = 0;
  std::optional<OrderKey> last_shown;
  bool more = false;
  orders->prefixScan(
      prefix,
      [&](const OrderKey& key, const ValueAndTimestamp<Order>& order) {
        more = shown == limit;
        if (more) return false;
        writeValue(order.value, json);
        last_shown = key;
        ++shown;
        return true;
      },
      after);
  json.endArray();
  if (more) {
    json.key("next");
    json.text(encodeCursor(defaultSerde<OrderKey>().encode(*last_shown)));
  }
  json.endObject();
  if (shown == 0 && after.empty()) return Response::error(404, "not_found", "no orders of customer '" + customer + "'");
  return Response::json(std::move(body));
}

/// GET /sensors: the newest report of every sensor, by sensorId.
Response allSensors(KafkaStreams& app) {
  // The store walks one partition after the other; the answer is in order of all.
  std::map<std::string, SensorHealth> by_id;
  // Partitions may come and go while it walks.
  const bool complete_before = app.storePartitions(sensors_store).complete();
  app.timestampedKeyValueStore<std::string, SensorHealth>(sensors_store)
      ->all([&](const std::string& id, const ValueAndTimestamp<SensorHealth>& sensor) {
        by_id.emplace(id, sensor.value);
        return true;
      });
  std::string body;
  JsonWriter json{body};
  json.beginObject();
  json.key("sensors");
  json.beginArray();
  for (const auto& [id, sensor] : by_id) writeValue(sensor, json);
  json.endArray();
  if (!complete_before || !app.storePartitions(sensors_store).complete()) {
    json.key("partial");
    json.boolean(true);
  }
  json.endObject();
  return Response::json(std::move(body));
}

/// GET /sensors/{sensorId}
Response oneSensor(KafkaStreams& app, const Request& request) {
  const std::string& id = request.param("sensorId");
  const KeyQueryMetadata owner = app.queryMetadataForKey(sensors_store, id, defaultSerde<std::string>());
  if (!owner.local) return notHere(app, "this sensor");
  const auto sensor =
      app.timestampedKeyValueStore<std::string, SensorHealth>(sensors_store, owner.partition)->get(id);
  if (!sensor) return Response::error(404, "not_found", "no sensor '" + id + "'");
  return Response::json(toJson(sensor->value));
}

}  // namespace

void addRoutes(QueryServer& server, KafkaStreams& app) {
  server.get("/orders/{customerId}", [&app](const Request& request) { return ordersOf(app, request); });
  server.get("/sensors", [&app](const Request&) { return allSensors(app); });
  server.get("/sensors/{sensorId}", [&app](const Request& request) { return oneSensor(app, request); });
}
