#include "kafka/librdkafka/delivery_reports.hpp"

#include <array>
#include <utility>

#include "kafka/librdkafka/client.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/fetched_message.hpp"

namespace widgetstream::rdkafka {
namespace {

// librdkafka calls back on the thread that serves, so a variable of the thread is enough.
thread_local const Deliveries* awaited = nullptr;

NullableBytes copyOf(const void* bytes, std::size_t size) {
  if (!bytes) return std::nullopt;
  return Bytes{static_cast<const char*>(bytes), size};
}

// librdkafka keeps the timestamp of a failed record to itself, for no reason but its error. The message is not const
// where it lives, and this thread is the only one to see it.
Timestamp timestampOf(const rd_kafka_message_t& message) {
  auto& failed = const_cast<rd_kafka_message_t&>(message);
  const auto code = std::exchange(failed.err, RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_timestamp_type_t type{};
  const auto millis = rd_kafka_message_timestamp(&failed, &type);
  failed.err = code;
  return fromMillis(millis);
}

DeliveryFailure failureOf(rd_kafka_t* client, const rd_kafka_message_t& message) {
  DeliveryFailure failure;
  failure.topic = rd_kafka_topic_name(message.rkt);
  failure.partition = message.partition;
  failure.key = copyOf(message.key, message.key_len);
  failure.value = copyOf(message.payload, message.len);
  readHeaders(message, failure.headers);
  failure.timestamp = timestampOf(message);

  std::array<char, 512> reason{};
  const auto fatal = rd_kafka_fatal_error(client, reason.data(), reason.size());
  if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
    failure.error = ErrorKind::fatal;
    failure.message = std::string{rd_kafka_err2name(fatal)} + ": " + reason.data();
  } else {
    failure.error = kindOf(message.err);
    failure.message = describe(message.err);
  }
  failure.message = contextOf(client).redact(failure.message);
  return failure;
}

void onDelivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* /*opaque*/) noexcept {
  auto& channel = *static_cast<DeliveryChannel*>(message->_private);
  const Deliveries& deliveries = channel.deliveries;
  // The last one under way may be the last moment of the channel: after telling it, only its address is used.
  const bool last = &deliveries == awaited && deliveries.underWay() == 1;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    channel.acknowledged(message->offset);
  } else {
    channel.deliveries.failed(failureOf(client, *message));
  }
  if (last) rd_kafka_yield(client);
}

}  // namespace

void tellDeliveries(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_dr_msg_cb(conf, onDelivery);
}

ServeUntilDelivered::ServeUntilDelivered(const Deliveries& deliveries) noexcept {
  awaited = &deliveries;
}

ServeUntilDelivered::~ServeUntilDelivered() {
  awaited = nullptr;
}

}  // namespace widgetstream::rdkafka
