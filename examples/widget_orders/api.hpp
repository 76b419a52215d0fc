#pragma once

#include "widgetstream/query/query_server.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

/// Adds GET /orders/{customerId}, /sensors and /sensors/{sensorId}. `app` must outlive the server.
void addRoutes(widgetstream::QueryServer& server, widgetstream::KafkaStreams& app);
