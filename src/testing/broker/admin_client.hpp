#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "testing/broker/cluster.hpp"

namespace widgetstream::in_memory {

class AdminClient final : public Admin {
 public:
  explicit AdminClient(std::shared_ptr<Cluster> cluster) : cluster_(std::move(cluster)) {}

  [[nodiscard]] std::map<std::string, std::int32_t> partitionCounts(const std::vector<std::string>& topics,
                                                                    Milliseconds timeout) override;
  [[nodiscard]] std::map<std::string, std::int32_t> allPartitionCounts(Milliseconds timeout) override;
  [[nodiscard]] std::optional<std::map<std::string, std::vector<std::string>>> groupSubscriptions(
      const std::string& group, Milliseconds timeout) override;
  void createTopics(const std::vector<TopicSpec>& topics, Milliseconds timeout) override;
  void deleteTopics(const std::vector<std::string>& topics, Milliseconds timeout) override;
  void deleteRecords(const std::map<TopicPartition, std::int64_t>& before, Milliseconds timeout) override;
  [[nodiscard]] std::unique_ptr<AdminRequest> beginDeleteRecords(const std::map<TopicPartition, std::int64_t>& before,
                                                                 Milliseconds timeout) override;
  [[nodiscard]] std::map<std::string, std::int32_t> allTopics(Milliseconds timeout) override;
  [[nodiscard]] std::map<TopicPartition, std::int64_t> offsetsForTime(const std::vector<TopicPartition>& partitions,
                                                                      Timestamp at, Milliseconds timeout) override;
  [[nodiscard]] std::vector<GroupMember> groupMembers(const std::string& group, Milliseconds timeout) override;
  void setGroupOffsets(const std::string& group, const CommittedOffsets& offsets, Milliseconds timeout) override;
  void removeMember(const std::string& group, const std::string& member_id, Milliseconds timeout) override;

 private:
  /// Does `what` to the locked cluster, unless a fault is in the way.
  template <class F>
  void request(const char* name, F&& what);

  const std::shared_ptr<Cluster> cluster_;
};

}  // namespace widgetstream::in_memory
