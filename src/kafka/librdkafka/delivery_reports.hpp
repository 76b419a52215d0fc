#pragma once

#include <librdkafka/rdkafka.h>

#include "widgetstream/kafka/producer.hpp"

namespace widgetstream::rdkafka {

/// Sets the callback that tells each record's DeliveryChannel, which is the message's opaque, what became of it.
void tellDeliveries(rd_kafka_conf_t* conf);

/// While it lives, serving on this thread stops as soon as nothing of `deliveries` is under way, instead of going on
/// with the records of others.
class ServeUntilDelivered {
 public:
  explicit ServeUntilDelivered(const Deliveries& deliveries) noexcept;
  ~ServeUntilDelivered();
  ServeUntilDelivered(const ServeUntilDelivered&) = delete;
  ServeUntilDelivered& operator=(const ServeUntilDelivered&) = delete;
};

}  // namespace widgetstream::rdkafka
