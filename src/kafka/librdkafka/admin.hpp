#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kafka/librdkafka/client.hpp"
#include "widgetstream/kafka/admin.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream::rdkafka {

/// Admin on librdkafka. createTopics() returns when the cluster shows the topics.
///
/// A replication factor of -1 needs brokers from 2.4 on; older ones refuse it and the message says so.
/// removeMember() speaks over a plain socket, so it does nothing but write a line into the log where security.protocol
/// asks for TLS or SASL: there the dead member leaves when its session ends.
class LibrdkafkaAdmin final : public Admin {
 public:
  LibrdkafkaAdmin(const ClientProperties& properties, const ClientProperties& common, Logger log);

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
  void awaitTopics(const std::vector<TopicSpec>& topics, std::chrono::steady_clock::time_point deadline);

  bool plain_ = true;
  std::string bootstrap_servers_;
  Client client_;
};

}  // namespace widgetstream::rdkafka
