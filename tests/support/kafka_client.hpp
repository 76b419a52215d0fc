#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct rd_kafka_s;

namespace widgetstream {

/// A record as it lies in a topic. To produce one, leave `offset` alone, `partition` at -1 to have the key choose it as
/// Java does, and `timestamp_ms` at 0 to take the present.
struct KafkaTestRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::int64_t timestamp_ms = 0;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
};

/// What a test does to a broker from outside, each call complete when it returns.
///
/// Errors   std::runtime_error naming the call, the topic and librdkafka's reason
class KafkaClient {
 public:
  using Settings = std::map<std::string, std::string>;

  /// `settings` are librdkafka's; they go to the producer and to every consumer.
  explicit KafkaClient(std::string bootstrap_servers, Settings settings = {});
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  /// How many brokers answer; 0 when none does within `timeout`.
  [[nodiscard]] int brokerCount(std::chrono::milliseconds timeout);

  /// Returns when the topic can be written to.
  void createTopic(const std::string& name, int partitions = 1, const Settings& configs = {});
  /// Returns when the topic is no longer listed.
  void deleteTopic(const std::string& name);
  /// Adds partitions until there are `partitions`; returns when they are listed.
  void growTopic(const std::string& name, int partitions);
  /// Deletes the records of a partition that are before `offset`.
  void deleteRecordsBefore(const std::string& name, std::int32_t partition, std::int64_t offset);
  /// Every topic and how many partitions it has.
  [[nodiscard]] std::map<std::string, int> topics();
  /// Every configuration value of a topic, defaults included.
  [[nodiscard]] Settings topicConfigs(const std::string& name);

  /// Returns when the broker has acknowledged all of them.
  void produce(const std::string& topic, const std::vector<KafkaTestRecord>& records);
  void produce(const std::string& topic, std::optional<std::string> key, std::optional<std::string> value);

  /// What the topic holds now, by partition and then offset, without records of aborted or open transactions.
  [[nodiscard]] std::vector<KafkaTestRecord> consumeAll(const std::string& topic);
  /// What the topic holds once there are `count` records or more; what there is then when `timeout` passes before.
  [[nodiscard]] std::vector<KafkaTestRecord> consumeAtLeast(const std::string& topic, std::size_t count,
                                                            std::chrono::milliseconds timeout);

  /// The offset of the next record of each partition.
  [[nodiscard]] std::vector<std::int64_t> endOffsets(const std::string& topic);

  /// What a group has committed, by topic and partition.
  [[nodiscard]] std::map<std::pair<std::string, std::int32_t>, std::int64_t> committedOffsets(const std::string& group);
  /// The texts that were committed beside the offsets.
  [[nodiscard]] std::map<std::pair<std::string, std::int32_t>, std::string> committedMetadata(const std::string& group);

 private:
  struct Destroy {
    void operator()(rd_kafka_s* handle) const;
  };
  using Handle = std::unique_ptr<rd_kafka_s, Destroy>;
  enum class Kind { producer, consumer };

  [[nodiscard]] Handle open(Kind kind, const Settings& more) const;
  /// Calls `visit` with each rd_kafka_topic_partition_t that the group has an offset of.
  template <class Visit>
  void forEachCommitted(const std::string& group, Visit&& visit);

  std::string bootstrap_servers_;
  Settings settings_;
  Handle producer_;
};

}  // namespace widgetstream
