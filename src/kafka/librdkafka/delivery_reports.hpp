#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>

#include "widgetstream/kafka/producer.hpp"

namespace widgetstream::rdkafka {

/// What becomes of one client. Threads  any.
struct ProducerFate {
  /// Set by the client's callbacks: it delivers nothing more, and its records are for another client.
  std::atomic<bool> done_for{false};
  /// Set before it is purged: nobody wants its records any more.
  std::atomic<bool> discarded{false};
};

/// Has each record's DeliveryChannel, which is the message's opaque, told what became of it. The client's
/// ClientContext::part is a ProducerFate.
///
/// Threads  an acknowledgement is told by the broker's own thread, as soon as it comes; a failure, which is rare, by the
///          thread that polls. Reports of every record through the poll would cost as much as sending them.
void tellDeliveries(rd_kafka_conf_t* conf);

}  // namespace widgetstream::rdkafka
