#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/runtime/counting_topology.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/serde/default_serde.hpp"

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

  /// topic `input_` -> processor "count" with the store "counts" on disk -> topic `output_`.
  Topology countingOnDisk() const {
    Topology topology;
    topology.addSource<std::string, std::string>("source", {input_})
        .addProcessor("count", ProcessorSupplier<std::string, std::string>{[] { return std::make_unique<CountingProcessor>(); }},
                      {"source"})
        .addStateStore(keyValueStoreBuilder<std::string, std::string>(persistentKeyValueStore("counts")), {"count"})
        .addSink<std::string, std::string>("sink", output_, {"count"});
    return topology;
  }

  std::unique_ptr<KafkaStreams> started(const std::string& instance = "one") {
    auto app = std::make_unique<KafkaStreams>(countingOnDisk(), config(instance));
    app->start();
    return app;
  }
  static bool waitForRunning(const KafkaStreams& app) { return app.waitForState({StreamsState::running}, std::chrono::seconds{60}); }

  /// `rounds` records of each of `keys` keys.
  void produceRounds(int keys, int rounds) {
    std::vector<KafkaTestRecord> records;
    for (int round = 0; round < rounds; ++round) {
      for (int key = 0; key < keys; ++key) records.push_back({.key = "key" + std::to_string(key), .value = "x"});
    }
    client_.produce(input_, records);
  }
  std::vector<KafkaTestRecord> outputs(std::size_t at_least) {
    return client_.consumeAtLeast(output_, at_least, std::chrono::seconds{60});
  }
  /// The largest count written of each key.
  static std::map<std::string, int> largest(const std::vector<KafkaTestRecord>& records) {
    std::map<std::string, int> counts;
    for (const KafkaTestRecord& record : records)
      counts[*record.key] = std::max(counts[*record.key], std::stoi(*record.value));
    return counts;
  }

  KafkaBroker& broker_ = sharedKafkaBroker();
  KafkaClient client_{broker_.bootstrapServers()};
  TempDir directory_;
  std::string application_id_;
  std::string input_;
  std::string output_;
};

}  // namespace widgetstream
