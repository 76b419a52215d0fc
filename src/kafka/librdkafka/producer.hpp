#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "kafka/librdkafka/client.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/kafka/producer.hpp"

namespace widgetstream::rdkafka {

/// Producer on librdkafka: idempotent, acknowledged by all replicas in sync, partitions chosen as Java chooses them.
///
/// A timestamp of exactly 0 is sent as 1: librdkafka takes 0 for "now".
class LibrdkafkaProducer final : public Producer {
 public:
  LibrdkafkaProducer(const ProducerSettings& settings, const ClientProperties& common, Logger log);
  ~LibrdkafkaProducer() override;

  [[nodiscard]] Topic& topic(const std::string& name) override;
  [[nodiscard]] std::int32_t partitionCount(Topic& topic, Milliseconds timeout) override;
  [[nodiscard]] bool send(Topic& topic, const OutgoingRecord& record, DeliveryChannel& channel) override;
  void poll(Milliseconds timeout) override;
  [[nodiscard]] bool flush(Deliveries& deliveries, Milliseconds timeout) override;

 private:
  /// What a Producer::Topic& of this producer is.
  struct KnownTopic {
    std::string name;
    TopicHandle handle;
    std::mutex mutex;
    std::int32_t partitions = 0;                          // guarded by mutex
    std::chrono::steady_clock::time_point partitions_at;  // guarded by mutex
  };
  static KnownTopic& known(Topic& topic) noexcept { return reinterpret_cast<KnownTopic&>(topic); }
  [[noreturn]] void refuse(const KnownTopic& topic, const OutgoingRecord& record, rd_kafka_resp_err_t code) const;

  Client client_;
  std::size_t max_record_bytes_ = 0;
  std::mutex topics_mutex_;
  std::map<std::string, std::unique_ptr<KnownTopic>> topics_;  // guarded by topics_mutex_
  /// Held while failures are served, so that those of a partition are told in order.
  std::timed_mutex serving_;
};

}  // namespace widgetstream::rdkafka
