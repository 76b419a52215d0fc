#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "kafka/librdkafka/client.hpp"
#include "kafka/librdkafka/fetch_poker.hpp"
#include "kafka/librdkafka/fetch_queue.hpp"
#include "kafka/librdkafka/topic_metadata.hpp"
#include "widgetstream/kafka/clients.hpp"
#include "widgetstream/kafka/consumer.hpp"

namespace widgetstream::rdkafka {

/// Consumer on librdkafka: explicit assignment, one queue for each thread that works on records.
///
/// pause() takes a partition out of librdkafka's assignment and resume() puts it back at the position delivered so far:
/// librdkafka's own pause drops what is queued all the same, and 2.0.2 mis-stores positions of batch reads around it
/// (#4208).
class LibrdkafkaConsumer final : public Consumer {
 public:
  LibrdkafkaConsumer(const ConsumerSettings& settings, const ClientProperties& common, Logger log);
  ~LibrdkafkaConsumer() override;

  [[nodiscard]] std::size_t addQueue() override;
  void add(const std::vector<PartitionStart>& partitions) override;
  void remove(const std::vector<TopicPartition>& partitions) override;
  void pause(const std::vector<TopicPartition>& partitions) override;
  void resume(const std::vector<TopicPartition>& partitions) override;
  void poll(std::size_t queue, std::size_t max_records, Milliseconds timeout, FetchBatch& into) override;
  void wake(std::size_t queue) override;
  [[nodiscard]] std::map<TopicPartition, OffsetRange> offsets(const std::vector<TopicPartition>& partitions,
                                                              Milliseconds timeout) override;
  [[nodiscard]] std::optional<std::int64_t> knownEnd(const TopicPartition& partition) const override;
  [[nodiscard]] std::size_t queuedBytes() const override;
  [[nodiscard]] CommittedOffsets committed(const std::vector<TopicPartition>& partitions,
                                           Milliseconds timeout) override;

 private:
  /// A partition between add() and remove().
  struct Added {
    std::size_t queue = 0;
    bool ahead = false;
    Fetching paused_at = {};  ///< position and tag while it is paused
    bool paused = false;
  };
  struct Topic {
    TopicHandle handle;
    TopicMetadata metadata;  ///< no leaders: it has not been seen
  };

  FetchQueue& queueAt(std::size_t queue);
  Topic& topicOf(const std::string& name);
  void learnTopics(const std::vector<PartitionStart>& partitions);
  void resolveOffsets(std::vector<PartitionStart>& partitions);
  void start(const std::vector<PartitionStart>& partitions);
  void stop(const std::vector<TopicPartition>& partitions);
  void tellOfMissing(const std::vector<PartitionStart>& partitions);
  void lookForMissing();
  void refreshLeaders();
  [[nodiscard]] std::vector<TopicPartition> leadersOf(std::size_t queue);

  const bool has_group_;
  const std::string group_;
  std::mutex mutex_;
  std::map<TopicPartition, Added> added_;  // guarded by mutex_
  std::map<std::string, Topic> topics_;    // guarded by mutex_; references stay valid
  std::chrono::steady_clock::time_point leaders_asked_ = std::chrono::steady_clock::now();  // guarded by mutex_
  std::unique_ptr<Client> client_;
  std::unique_ptr<FetchPoker> poker_;
  const FetchQueue::Bounds queue_bounds_;
  mutable std::mutex queues_mutex_;
  std::vector<std::unique_ptr<FetchQueue>> queues_;  // guarded by queues_mutex_; each stays where it is
};

}  // namespace widgetstream::rdkafka
