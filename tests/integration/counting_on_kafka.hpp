#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "tests/runtime/counting_topology.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

namespace widgetstream {

/// Applications on the shared broker that count; every test has topics and a group of its own, whose names begin with
/// `kind`.
class CountingOnKafka : public ::testing::Test {
 protected:
  explicit CountingOnKafka(const std::string& kind) {
    static std::atomic<int> next{0};
    application_id_ = kind + "-" + std::to_string(++next);
    input_ = application_id_ + "-in";
    output_ = application_id_ + "-out";
    client_.createTopic(input_, 4);
    client_.createTopic(output_, 4);
  }

  [[nodiscard]] StreamsConfig config(const std::string& instance = "one") const {
    StreamsConfig config;
    config.application_id = application_id_;
    config.bootstrap_servers = broker_.bootstrapServers();
    config.state_dir = directory_.path() / instance;
    config.commit_interval = std::chrono::milliseconds{200};
    config.cache_max_bytes = 0;
    config.log = logToStandardError(LogLevel::error);
    return config;
  }
  /// How many records of the input the group has behind it.
  [[nodiscard]] std::int64_t committed() {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : client_.committedOffsets(application_id_)) {
      if (partition.first == input_) sum += offset;
    }
    return sum;
  }

  KafkaBroker& broker_ = sharedKafkaBroker();
  KafkaClient client_{broker_.bootstrapServers()};
  TempDir directory_;
  std::string application_id_;
  std::string input_;
  std::string output_;
};

}  // namespace widgetstream
