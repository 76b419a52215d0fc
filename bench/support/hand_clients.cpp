#include "bench/support/hand_clients.hpp"

#include <stdexcept>
#include <utility>

namespace {

using Clock = Progress::Clock;
using Settings = std::vector<std::pair<const char*, std::string>>;

rd_kafka_t* open(rd_kafka_type_t type, const Settings& settings, rd_kafka_conf_t* conf = rd_kafka_conf_new()) {
  char reason[512];
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name, value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK)
      throw std::runtime_error{std::string{"setting "} + name + ": " + reason};
  }
  rd_kafka_t* client = rd_kafka_new(type, conf, reason, sizeof reason);
  if (client == nullptr) throw std::runtime_error{std::string{"new client: "} + reason};
  return client;
}

constexpr std::size_t batch_records = 2000;
/// Of records of 120 bytes about half of the fetch queue.
constexpr std::size_t low_records = 12'000;

}  // namespace

HandConsumer::HandConsumer(const std::string& bootstrap_servers, const std::string& topic, int partitions)
    : topic_(topic),
      // A small queue, bounded by bytes alone: it stays in the caches. poke() makes up for its size.
      client_(open(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap_servers},
                                       {"group.id", "hand"},
                                       {"enable.auto.commit", "false"},
                                       {"enable.auto.offset.store", "false"},
                                       {"check.crcs", "false"},
                                       {"fetch.wait.max.ms", "10"},
                                       {"queued.max.messages.kbytes", "4096"},
                                       {"queued.min.messages", "10000000"}})),
      batch_(batch_records) {
  rd_kafka_poll_set_consumer(client_);
  // Without the topic's leaders the first fetch waits half a second.
  rd_kafka_topic_t* known = rd_kafka_topic_new(client_, topic.c_str(), nullptr);
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(client_, 0, known, &metadata, 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR)
    rd_kafka_metadata_destroy(metadata);
  rd_kafka_topic_destroy(known);

  queue_ = rd_kafka_queue_new(client_);
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
  for (int partition = 0; partition < partitions; ++partition) {
    rd_kafka_queue_t* own = rd_kafka_queue_get_partition(client_, topic.c_str(), partition);
    rd_kafka_queue_forward(own, queue_);
    rd_kafka_queue_destroy(own);
    rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(client_, all);
  rd_kafka_topic_partition_list_destroy(all);
}

HandConsumer::~HandConsumer() {
  rd_kafka_queue_destroy(queue_);
  rd_kafka_consumer_close(client_);
  rd_kafka_destroy(client_);
}

std::size_t HandConsumer::fetch() {
  const ssize_t count = rd_kafka_consume_batch_queue(queue_, 5, batch_.data(), batch_.size());
  if (count < 0) throw std::runtime_error{"consuming failed"};
  const auto now = Clock::now();
  if (count > 0) heard_ = now;
  if (now - heard_ > std::chrono::seconds{30}) throw std::runtime_error{"nothing to consume for 30 seconds"};
  if (rd_kafka_queue_length(queue_) < low_records && now - poked_ > std::chrono::milliseconds{10}) poke();
  return static_cast<std::size_t>(count);
}

/// A full queue has put the broker's thread to sleep, for up to a second; any request wakes it.
void HandConsumer::poke() {
  std::int64_t low = 0;
  std::int64_t high = 0;
  (void)rd_kafka_query_watermark_offsets(client_, topic_.c_str(), 0, &low, &high, 1000);
  poked_ = Clock::now();
}

HandProducer::HandProducer(const std::string& bootstrap_servers) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set_dr_msg_cb(conf, &HandProducer::onDelivery);
  rd_kafka_conf_set_opaque(conf, this);
  client_ = open(RD_KAFKA_PRODUCER,
                 {{"bootstrap.servers", bootstrap_servers},
                  {"enable.idempotence", "true"},
                  {"linger.ms", "20"},
                  {"batch.size", "1000000"},
                  {"batch.num.messages", "10000"},
                  {"queue.buffering.max.messages", "500000"},
                  {"queue.buffering.max.kbytes", "65536"},
                  {"delivery.report.only.error", "true"},
                  {"partitioner", "murmur2_random"}},
                 conf);
}

HandProducer::~HandProducer() {
  for (rd_kafka_topic_t* topic : topics_) rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(client_);
}

rd_kafka_topic_t* HandProducer::topic(const std::string& name) {
  rd_kafka_topic_t* made = rd_kafka_topic_new(client_, name.c_str(), nullptr);
  if (made == nullptr) throw std::runtime_error{"no handle of topic " + name};
  topics_.push_back(made);
  return made;
}

void HandProducer::send(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view key, std::string_view value) {
  // librdkafka copies the value and only reads it; its signature has no const.
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(),
                          key.data(), key.size(), nullptr) != 0) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
      throw std::runtime_error{std::string{"producing: "} + rd_kafka_err2str(rd_kafka_last_error())};
    rd_kafka_poll(client_, 5);
  }
}

void HandProducer::flush() {
  const auto error = rd_kafka_flush(client_, 60'000);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || failed_ > 0)
    throw std::runtime_error{"the producer lost " + std::to_string(failed_) + " records: " + rd_kafka_err2str(error)};
}

void HandProducer::onDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) ++static_cast<HandProducer*>(self)->failed_;
}
