#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"

inline constexpr int bench_partitions = 4;
inline constexpr std::int64_t bench_keys = 100'000;

/// A broker for throughput: the tests' one with a JVM that also compiles well, and which frees deleted topics at once.
class BenchBroker {
 public:
  /// Each topic gets so many partitions.
  explicit BenchBroker(int partitions = bench_partitions);

  [[nodiscard]] const std::string& bootstrapServers() const { return broker_.bootstrapServers(); }
  [[nodiscard]] widgetstream::KafkaClient& client() { return client_; }
  [[nodiscard]] int partitions() const { return partitions_; }

  /// A topic that keeps its records whatever their age.
  void createTopic(const std::string& name);
  /// Deletes every topic whose name begins so.
  void deleteTopics(const std::string& prefix);
  /// A topic as above, with records of a key among `keys` and about 120 bytes of JSON. Twenty of them bear the same
  /// millisecond, so that two million are a hundred seconds.
  void load(const std::string& topic, std::int64_t records, std::int64_t keys);
  /// The same into a topic that is there.
  void add(const std::string& topic, std::int64_t records, std::int64_t keys = bench_keys);
  /// Records of the bench's shape, made by `make` of their number, into a topic that is there.
  void add(const std::string& topic, std::int64_t records,
           const std::function<widgetstream::KafkaTestRecord(std::int64_t number)>& make);
  /// How many records were written to a topic.
  /// Errors  std::runtime_error when the broker does not say
  [[nodiscard]] std::int64_t recordsIn(const std::string& topic) const;

 private:
  widgetstream::KafkaBroker broker_;
  widgetstream::KafkaClient client_;
  int partitions_;
};
