#include "kafka/librdkafka/delivery_reports.hpp"

#include <array>
#include <utility>

#include "kafka/librdkafka/client.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/fetched_message.hpp"

namespace widgetstream::rdkafka {
namespace {

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

/// What a batch with nothing but this record takes, or a little more.
std::size_t bytesInBatch(const DeliveryFailure& record) {
  constexpr std::size_t overhead_of_batch = 61;
  constexpr std::size_t overhead_of_part = 10;
  std::size_t bytes = overhead_of_batch + 3 * overhead_of_part;
  if (record.key) bytes += record.key->size();
  if (record.value) bytes += record.value->size();
  for (const Header& header : record.headers)
    bytes += overhead_of_part + header.key.size() + (header.value ? header.value->size() : 0);
  return bytes;
}

bool isTooLarge(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE;
}

bool isPurged(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

DeliveryFailure failureOf(rd_kafka_t* client, const rd_kafka_message_t& message) {
  DeliveryFailure failure;
  failure.topic = rd_kafka_topic_name(message.rkt);
  failure.partition = message.partition;
  failure.key = copyOf(message.key, message.key_len);
  failure.value = copyOf(message.payload, message.len);
  readHeaders(message, failure.headers);
  failure.timestamp = timestampOf(message);

  auto& fate = *static_cast<ProducerFate*>(contextOf(client).part.get());
  std::array<char, 512> reason{};
  const auto fatal = rd_kafka_fatal_error(client, reason.data(), reason.size());
  if (fate.discarded.load(std::memory_order_acquire)) {
    failure.error = ErrorKind::task_migrated;
    failure.message = "given up, because the tasks of this process belong to others now";
  } else if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
    // The client is done for, the record is not: another client takes its place.
    fate.done_for.store(true, std::memory_order_release);
    failure.error = ErrorKind::retriable;
    failure.client_replaced = true;
    failure.message =
        std::string{"the producer was done for with "} + rd_kafka_err2name(fatal) + ": " + reason.data();
  } else if (isTooLarge(message.err) && bytesInBatch(failure) <= fate.batch_bytes) {
    // librdkafka fails the whole batch, and which of its records was too large, if any was, cannot be seen. With batches
    // that the topic takes a record that is too large for it is alone in its own.
    fate.refuseBatches(failure.topic);
    failure.error = ErrorKind::retriable;
    failure.client_replaced = true;
    failure.message = "it was in a batch larger than the topic takes";
  } else if (fate.replaced.load(std::memory_order_acquire) && isPurged(message.err)) {
    failure.error = ErrorKind::retriable;
    failure.client_replaced = true;
    failure.message = "another producer has taken the place of the one that had it";
  } else {
    failure.error = kindOf(message.err);
    failure.message = describe(message.err);
  }
  failure.message = contextOf(client).redact(failure.message);
  return failure;
}

void onFailure(rd_kafka_t* client, const rd_kafka_message_t* message, void* /*opaque*/) noexcept {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;  // told already
  static_cast<DeliveryChannel*>(message->_private)->deliveries.failed(failureOf(client, *message));
}

rd_kafka_resp_err_t onAcknowledgement(rd_kafka_t* /*client*/, rd_kafka_message_t* message, void* /*opaque*/) noexcept {
  // Also called for a record that was refused at once, which has no channel to tell, or whose failure comes by itself.
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
    static_cast<DeliveryChannel*>(message->_private)->acknowledged(message->offset);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t onNew(rd_kafka_t* client, const rd_kafka_conf_t* /*conf*/, void* /*opaque*/, char* /*errstr*/,
                          std::size_t /*errstr_size*/) noexcept {
  return rd_kafka_interceptor_add_on_acknowledgement(client, "widgetstream-deliveries", onAcknowledgement, nullptr);
}

}  // namespace

void ProducerFate::refuseBatches(const std::string& topic) {
  const std::lock_guard lock{mutex_};
  if (narrow_topic_.empty()) narrow_topic_ = topic;
  batches_refused_.store(true, std::memory_order_release);
}

std::optional<std::string> ProducerFate::narrowTopic() const {
  if (!batches_refused_.load(std::memory_order_acquire)) return std::nullopt;
  const std::lock_guard lock{mutex_};
  return narrow_topic_;
}

void tellDeliveries(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_dr_msg_cb(conf, onFailure);
  rd_kafka_conf_interceptor_add_on_new(conf, "widgetstream-deliveries", onNew, nullptr);
}

}  // namespace widgetstream::rdkafka
