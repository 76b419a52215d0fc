#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "testing/broker/cluster.hpp"

namespace widgetstream::in_memory {

/// Reads the logs of a cluster in place.
class ConsumerClient final : public Consumer {
 public:
  ConsumerClient(std::shared_ptr<Cluster> cluster, const ConsumerSettings& settings);

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
  [[nodiscard]] CommittedOffsets committed(const std::vector<TopicPartition>& partitions,
                                           Milliseconds timeout) override;

 private:
  struct Fetch {
    std::int64_t position = offset_earliest;
    std::size_t queue = 0;
    std::uint64_t tag = 0;
    bool paused = false;
    bool dead = false;      ///< out of range: silent until added anew
    bool end_told = false;  ///< this end of the partition was told
    bool missing_told = false;
  };
  using Fetches = std::map<TopicPartition, Fetch>;

  /// Of the first record that is not older. The caller holds the mutex.
  [[nodiscard]] std::int64_t offsetAt(const TopicPartition& partition, Timestamp time) const;
  void setPaused(const std::vector<TopicPartition>& partitions, bool paused);
  /// Appends what there is; false when there is nothing.
  bool collect(std::size_t queue, std::size_t max_records, FetchBatch& into);
  void collectPartition(const TopicPartition& at, Fetch& fetch, std::size_t most, FetchBatch& into);

  const std::shared_ptr<Cluster> cluster_;
  const std::string group_;
  Fetches fetches_;                          // guarded by cluster_->mutex
  std::vector<bool> woken_;                  // guarded by cluster_->mutex
  std::vector<std::pair<std::uint64_t, FetchedRecord>> arrived_;  // in collect() only
  std::vector<TopicPartition> last_served_;  // guarded by cluster_->mutex; by queue
};

}  // namespace widgetstream::in_memory
