#include "kafka/librdkafka/producer.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "kafka/librdkafka/delivery_reports.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/topic_metadata.hpp"

namespace widgetstream::rdkafka {
namespace {

using SteadyClock = std::chrono::steady_clock;

// As long as Java's metadata.max.age.ms.
constexpr std::chrono::minutes partitions_age{5};
// Nothing wakes a flush when its last record is acknowledged, so it looks this often.
constexpr Milliseconds flush_slice{2};
constexpr Milliseconds farewell{1000};

PropertyLayers layersOf(const ProducerSettings& settings, const ClientProperties& common) {
  PropertyLayers layers;
  layers.defaults = {
      {"linger.ms", "5"},
      {"batch.size", "1000000"},
      {"queue.buffering.max.kbytes", "32768"},
      {"queue.buffering.max.messages", "1000000"},
      // Java's max.request.size, and what a broker takes by default.
      {"message.max.bytes", "1048576"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      // A misspelt topic shall be an error, not a new topic with the broker's idea of partitions.
      {"allow.auto.create.topics", "false"},
      {"enable.idempotence", "true"},
      {"acks", "all"},
  };
  layers.common = common;
  layers.own = settings.properties;
  // librdkafka hashes keys with CRC32 unless told otherwise, Java producers with murmur2. If both write one topic,
  // equal keys part company and a join silently misses its pair.
  layers.required = {{"partitioner", "murmur2_random"}, {"delivery.report.only.error", "true"}};
  return layers;
}

const void* pointerOf(const NullableBytesView& bytes) noexcept {
  if (!bytes) return nullptr;
  // A view of nothing may point nowhere, which librdkafka would take for null.
  return bytes->data() ? bytes->data() : "";
}

std::size_t sizeOf(const NullableBytesView& bytes) noexcept {
  return bytes ? bytes->size() : 0;
}

HeadersHandle copyOf(const Headers& headers) {
  HeadersHandle copy{rd_kafka_headers_new(headers.size())};
  for (const Header& header : headers) {
    const auto value = header.value ? NullableBytesView{*header.value} : std::nullopt;
    throwIfFailed(rd_kafka_header_add(copy.get(), header.key.data(), static_cast<ssize_t>(header.key.size()),
                                      pointerOf(value), static_cast<ssize_t>(sizeOf(value))),
                  "adding header " + header.key);
  }
  return copy;
}

std::int64_t timestampFor(Timestamp at) noexcept {
  if (at == no_timestamp) return 0;
  return std::max<std::int64_t>(toMillis(at), 1);
}

std::size_t numberOf(rd_kafka_t* client, const char* property) {
  std::array<char, 64> text{};
  std::size_t size = text.size();
  std::size_t number = 0;
  if (rd_kafka_conf_get(rd_kafka_conf(client), property, text.data(), &size) == RD_KAFKA_CONF_OK) {
    std::from_chars(text.data(), text.data() + std::char_traits<char>::length(text.data()), number);
  }
  return number;
}

}  // namespace

LibrdkafkaProducer::LibrdkafkaProducer(const ProducerSettings& settings, const ClientProperties& common, Logger log)
    : client_(RD_KAFKA_PRODUCER, layersOf(settings, common), std::move(log),
              [](rd_kafka_conf_t* conf, ClientContext&) { tellDeliveries(conf); }),
      max_record_bytes_(numberOf(client_.get(), "message.max.bytes")) {}

LibrdkafkaProducer::~LibrdkafkaProducer() {
  // Whoever waits for deliveries must hear of them; what is not out by now is given up.
  (void)rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  (void)rd_kafka_flush(client_.get(), static_cast<int>(farewell.count()));
}

Producer::Topic& LibrdkafkaProducer::topic(const std::string& name) {
  const std::lock_guard lock{topics_mutex_};
  std::unique_ptr<KnownTopic>& topic = topics_[name];
  if (!topic) {
    TopicHandle handle{rd_kafka_topic_new(client_.get(), name.c_str(), nullptr)};
    if (!handle) throwIfFailed(rd_kafka_last_error(), "the handle of topic " + name);
    topic = std::make_unique<KnownTopic>();
    topic->name = name;
    topic->handle = std::move(handle);
  }
  return reinterpret_cast<Topic&>(*topic);
}

std::int32_t LibrdkafkaProducer::partitionCount(Topic& topic, Milliseconds timeout) {
  KnownTopic& asked = known(topic);
  const std::lock_guard lock{asked.mutex};
  const bool stale = asked.partitions == 0 || SteadyClock::now() > asked.partitions_at + partitions_age;
  if (!stale) return asked.partitions;
  try {
    const auto metadata = askForTopic(client_.get(), asked.handle.get(), timeout);
    asked.partitions = metadata ? static_cast<std::int32_t>(metadata->leaders.size()) : 0;
    asked.partitions_at = SteadyClock::now();
  } catch (const Error& error) {
    // An old count is better than none: partitions are added to a topic rarely, and never taken away.
    if (asked.partitions == 0 || error.kind() != ErrorKind::retriable) throw;
  }
  return asked.partitions;
}

bool LibrdkafkaProducer::send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) {
  const KnownTopic& to = known(topic);
  HeadersHandle headers;
  if (record.headers && !record.headers->empty()) headers = copyOf(*record.headers);
  channel.deliveries.began();
  // NOLINTBEGIN(cppcoreguidelines-pro-type-vararg): librdkafka's interface to timestamps and headers
  const auto code = rd_kafka_producev(
      client_.get(), RD_KAFKA_V_RKT(to.handle.get()), RD_KAFKA_V_PARTITION(record.partition),
      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(pointerOf(record.key), sizeOf(record.key)),
      RD_KAFKA_V_VALUE(const_cast<void*>(pointerOf(record.value)), sizeOf(record.value)),
      RD_KAFKA_V_TIMESTAMP(timestampFor(record.timestamp)), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_OPAQUE(&channel), RD_KAFKA_V_END);
  // NOLINTEND(cppcoreguidelines-pro-type-vararg)
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    (void)headers.release();  // the message's now
    return true;
  }
  channel.deliveries.succeeded();  // it never set out
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return false;
  refuse(to, record, code);
}

void LibrdkafkaProducer::refuse(const KnownTopic& topic, const OutgoingRecord& record, rd_kafka_resp_err_t code) const {
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    throw Error{ErrorKind::bad_record, "a record of " + std::to_string(sizeOf(record.key) + sizeOf(record.value)) +
                                           " bytes for topic " + topic.name + " exceeds message.max.bytes, which is " +
                                           std::to_string(max_record_bytes_)};
  }
  std::array<char, 512> reason{};
  const auto fatal = rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
  if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw Error{ErrorKind::fatal, "the producer is done for: " + std::string{rd_kafka_err2name(fatal)} + ": " +
                                      client_.redact()(reason.data())};
  }
  if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
    throw Error{ErrorKind::invalid_argument,
                "topic " + topic.name + " has no partition " + std::to_string(record.partition)};
  }
  throw Error{kindOf(code), "sending to topic " + topic.name + " failed with " + describe(code)};
}

void LibrdkafkaProducer::poll(Milliseconds timeout) {
  std::unique_lock serving{serving_, std::defer_lock};
  if (timeout <= Milliseconds{0} ? !serving.try_lock() : !serving.try_lock_for(timeout)) return;
  rd_kafka_poll(client_.get(), static_cast<int>(std::max(timeout, Milliseconds{0}).count()));
}

bool LibrdkafkaProducer::flush(Deliveries& deliveries, Milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  while (deliveries.underWay() > 0) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - SteadyClock::now());
    if (left <= Milliseconds{0}) return false;
    const auto slice = std::min(left, flush_slice);
    std::unique_lock serving{serving_, std::defer_lock};
    if (!serving.try_lock_for(slice)) continue;
    if (deliveries.underWay() == 0) break;
    // It makes lingering records go at once, for as long as the call lasts.
    (void)rd_kafka_flush(client_.get(), static_cast<int>(slice.count()));
  }
  return true;
}

}  // namespace widgetstream::rdkafka
