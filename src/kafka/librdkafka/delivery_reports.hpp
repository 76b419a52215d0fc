#pragma once

#include <librdkafka/rdkafka.h>

#include "widgetstream/kafka/producer.hpp"

namespace widgetstream::rdkafka {

/// Has each record's DeliveryChannel, which is the message's opaque, told what became of it. The client's
/// ClientContext::part is a std::atomic<bool>, set when the client delivers nothing more.
///
/// Threads  an acknowledgement is told by the broker's own thread, as soon as it comes; a failure, which is rare, by the
///          thread that polls. Reports of every record through the poll would cost as much as sending them.
void tellDeliveries(rd_kafka_conf_t* conf);

}  // namespace widgetstream::rdkafka
