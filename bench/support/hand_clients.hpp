#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/support/progress.hpp"

/// A record as librdkafka shows it; lives for the call.
struct HandRecord {
  std::string_view key;
  std::string_view value;
  std::int32_t partition = 0;
  std::int64_t timestamp_ms = 0;
};

/// Reads all partitions of a topic from the beginning, as fast as librdkafka can: what a careful programmer writes who
/// needs no groups, no restarts and no state.
class HandConsumer {
 public:
  HandConsumer(const std::string& bootstrap_servers, const std::string& topic, int partitions);
  ~HandConsumer();
  HandConsumer(const HandConsumer&) = delete;
  HandConsumer& operator=(const HandConsumer&) = delete;

  /// Gives records away until `progress` is complete; `between` is called after each batch.
  /// Errors  std::runtime_error when nothing comes for 30 seconds, or the client reports an error
  template <class F, class G>
  void run(Progress& progress, const F& take, const G& between) {
    while (!progress.complete()) {
      const std::size_t count = fetch();
      for (std::size_t i = 0; i < count; ++i) {
        const rd_kafka_message_t& message = *batch_[i];
        if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
          progress.one();
          rd_kafka_timestamp_type_t type{};
          take(HandRecord{{static_cast<const char*>(message.key), message.key_len},
                          {static_cast<const char*>(message.payload), message.len},
                          message.partition,
                          rd_kafka_message_timestamp(&message, &type)});
        }
        rd_kafka_message_destroy(batch_[i]);
      }
      between();
    }
  }

 private:
  std::size_t fetch();
  void poke();

  std::string topic_;
  rd_kafka_t* client_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_message_t*> batch_;
  Progress::Clock::time_point poked_{};
  Progress::Clock::time_point heard_ = Progress::Clock::now();
};

/// Writes with all acknowledgements, idempotently, choosing partitions as Java does.
class HandProducer {
 public:
  explicit HandProducer(const std::string& bootstrap_servers);
  ~HandProducer();
  HandProducer(const HandProducer&) = delete;
  HandProducer& operator=(const HandProducer&) = delete;

  /// Lives as long as the producer.
  [[nodiscard]] rd_kafka_topic_t* topic(const std::string& name);
  void send(rd_kafka_topic_t* topic, std::int32_t partition, std::string_view key, std::string_view value);
  void poll() { rd_kafka_poll(client_, 0); }
  /// Errors  std::runtime_error when not everything was acknowledged
  void flush();

 private:
  static void onDelivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* self);

  rd_kafka_t* client_;
  std::vector<rd_kafka_topic_t*> topics_;
  std::int64_t failed_ = 0;
};
