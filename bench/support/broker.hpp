#pragma once

#include <cstdint>
#include <string>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"

inline constexpr int bench_partitions = 4;

/// A broker for throughput: the tests' one with a JVM that also compiles well, and which frees deleted topics at once.
class BenchBroker {
 public:
  BenchBroker();

  [[nodiscard]] const std::string& bootstrapServers() const { return broker_.bootstrapServers(); }
  [[nodiscard]] widgetstream::KafkaClient& client() { return client_; }

  /// A topic of four partitions that keeps its records whatever their age.
  void createTopic(const std::string& name);
  /// Deletes those of `names` that there are.
  void deleteTopics(const std::vector<std::string>& names);
  /// A topic as above, with records of a key among `keys` and about 120 bytes of JSON.
  void load(const std::string& topic, std::int64_t records, std::int64_t keys);
  /// How many records were written to a topic.
  /// Errors  std::runtime_error when the broker does not say
  [[nodiscard]] std::int64_t recordsIn(const std::string& topic) const;

 private:
  widgetstream::KafkaBroker broker_;
  widgetstream::KafkaClient client_;
};
