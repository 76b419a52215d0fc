#include "tests/support/kafka_client.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

constexpr int timeout_ms = 30'000;

[[noreturn]] void fail(const std::string& what, const std::string& reason) {
  throw std::runtime_error{"KafkaClient: " + what + ": " + reason};
}

void require(rd_kafka_resp_err_t error, const std::string& what) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail(what, rd_kafka_err2str(error));
}

struct Delete {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
template <class T>
using Owned = std::unique_ptr<T, Delete>;

std::optional<std::string> copyOf(const void* bytes, std::size_t size) {
  if (bytes == nullptr) return std::nullopt;
  return std::string{static_cast<const char*>(bytes), size};
}

KafkaTestRecord recordOf(const rd_kafka_message_t& message) {
  KafkaTestRecord record{.key = copyOf(message.key, message.key_len),
                         .value = copyOf(message.payload, message.len),
                         .headers = {},
                         .timestamp_ms = rd_kafka_message_timestamp(&message, nullptr),
                         .partition = message.partition,
                         .offset = message.offset};
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
      record.headers.emplace_back(name, copyOf(value, size));
    }
  }
  return record;
}

/// Counts what could not be delivered and keeps the last reason.
struct Deliveries {
  std::size_t failed = 0;
  std::string reason;

  static void callback(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    auto* deliveries = static_cast<Deliveries*>(message->_private);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    ++deliveries->failed;
    deliveries->reason = rd_kafka_err2str(message->err);
  }
};

rd_kafka_resp_err_t send(rd_kafka_t* producer, const std::string& topic, const KafkaTestRecord& record,
                         Deliveries* deliveries) {
  Owned<rd_kafka_headers_t> headers{rd_kafka_headers_new(record.headers.size())};
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value ? value->data() : nullptr,
                        value ? static_cast<ssize_t>(value->size()) : 0);
  }
  // librdkafka copies the value and only reads it; its signature has no const.
  void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
  const std::size_t value_size = record.value ? record.value->size() : 0;
  const void* key = record.key ? record.key->data() : nullptr;
  const std::size_t key_size = record.key ? record.key->size() : 0;
  const auto error =
      rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
                        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, value_size),
                        RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_HEADERS(headers.get()),
                        RD_KAFKA_V_TIMESTAMP(record.timestamp_ms), RD_KAFKA_V_OPAQUE(deliveries), RD_KAFKA_V_END);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) (void)headers.release();  // the message owns them now
  return error;
}

}  // namespace

void KafkaClient::Destroy::operator()(rd_kafka_s* handle) const {
  rd_kafka_destroy(handle);
}

KafkaClient::KafkaClient(std::string bootstrap_servers, Settings settings)
    : bootstrap_servers_(std::move(bootstrap_servers)),
      settings_(std::move(settings)),
      producer_(open(Kind::producer, {{"linger.ms", "1"}, {"partitioner", "murmur2_random"}})) {}

KafkaClient::~KafkaClient() = default;

KafkaClient::Handle KafkaClient::open(Kind kind, const Settings& more) const {
  // A broker that is still starting refuses connections; the default log level would print each time.
  Settings all{{"bootstrap.servers", bootstrap_servers_}, {"log_level", "2"}, {"reconnect.backoff.max.ms", "200"}};
  all.insert(more.begin(), more.end());
  for (const auto& [name, value] : settings_) all[name] = value;
  char reason[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK) continue;
    rd_kafka_conf_destroy(conf);
    fail("setting " + name, reason);
  }
  if (kind == Kind::producer) rd_kafka_conf_set_dr_msg_cb(conf, &Deliveries::callback);
  const auto type = kind == Kind::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
  rd_kafka_t* handle = rd_kafka_new(type, conf, reason, sizeof reason);
  if (handle == nullptr) {
    rd_kafka_conf_destroy(conf);
    fail("new client", reason);
  }
  return Handle{handle};
}

void KafkaClient::produce(const std::string& topic, const std::vector<KafkaTestRecord>& records) {
  Deliveries deliveries;
  for (const auto& record : records) {
    auto error = send(producer_.get(), topic, record, &deliveries);
    while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(producer_.get(), 10);
      error = send(producer_.get(), topic, record, &deliveries);
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++deliveries.failed;
      deliveries.reason = rd_kafka_err2str(error);
    }
  }
  if (rd_kafka_flush(producer_.get(), 2 * timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    // The callback must not outlive `deliveries`.
    rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(producer_.get(), timeout_ms);
  }
  if (deliveries.failed > 0) {
    fail("produce to " + topic, std::to_string(deliveries.failed) + " of " + std::to_string(records.size()) +
                                    " records not delivered: " + deliveries.reason);
  }
}

void KafkaClient::produce(const std::string& topic, std::optional<std::string> key, std::optional<std::string> value) {
  produce(topic, {KafkaTestRecord{.key = std::move(key), .value = std::move(value), .headers = {}}});
}

std::vector<KafkaTestRecord> KafkaClient::consumeAll(const std::string& topic) {
  const auto known = topics();
  const auto found = known.find(topic);
  if (found == known.end()) fail("consume " + topic, "no such topic");
  // Outside any group, and by number: a reader that has to ask first, for its coordinator or where a topic begins, waits
  // half a second before it does. Where offset 0 is gone the reset finds the first one that is there.
  const auto consumer = open(Kind::consumer, {{"enable.partition.eof", "true"}, {"auto.offset.reset", "earliest"}, {"fetch.wait.max.ms", "50"}});
  const Owned<rd_kafka_queue_t> queue{rd_kafka_queue_new(consumer.get())};
  const Owned<rd_kafka_topic_t> handle{rd_kafka_topic_new(consumer.get(), topic.c_str(), nullptr)};
  // Without its topic a client is not destroyed before it has stopped.
  struct Reading {
    rd_kafka_topic_t* topic;
    int partitions = 0;
    ~Reading() {
      while (partitions > 0) rd_kafka_consume_stop(topic, --partitions);
    }
  } reading{handle.get()};
  for (; reading.partitions < found->second; ++reading.partitions) {
    if (rd_kafka_consume_start_queue(handle.get(), reading.partitions, 0, queue.get()) != 0) {
      fail("consume " + topic, rd_kafka_err2str(rd_kafka_last_error()));
    }
  }

  std::vector<KafkaTestRecord> records;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds{2 * timeout_ms};
  for (int unread = found->second; unread > 0;) {
    if (std::chrono::steady_clock::now() > deadline) fail("consume " + topic, "no end reached in a minute");
    const Owned<rd_kafka_message_t> message{rd_kafka_consume_queue(queue.get(), 100)};
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      --unread;
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      records.push_back(recordOf(*message));
    } else if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
      fail("consume " + topic, rd_kafka_err2str(message->err));
    }
  }
  std::ranges::sort(records, {}, [](const KafkaTestRecord& record) {
    return std::tuple{record.partition, record.offset};
  });
  return records;
}

std::vector<KafkaTestRecord> KafkaClient::consumeAtLeast(const std::string& topic, std::size_t count,
                                                         std::chrono::milliseconds timeout) {
  std::vector<KafkaTestRecord> records;
  (void)waitUntil([&] { return (records = consumeAll(topic)).size() >= count; }, timeout);
  return records;
}

}  // namespace widgetstream
