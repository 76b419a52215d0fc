#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// A topic to create.
struct TopicSpec {
  std::string name;
  std::int32_t partitions = 1;
  /// -1: the broker's default.
  std::int16_t replication_factor = -1;
  std::map<std::string, std::string> configs;
};

/// A process in a group.
struct GroupMember {
  std::string member_id;
  std::string client_id;
  std::string host;
};

/// A request that is under way. Destroying it forgets the answer, not the request.
///
/// Threads  one at a time.
class AdminRequest {
 public:
  virtual ~AdminRequest() = default;
  /// True once the answer has come, without waiting for it.
  /// Errors  what the request failed with.
  [[nodiscard]] virtual bool finished() = 0;
};

/// What the runtime asks of a cluster's administration.
///
/// Threads  every call may come from any thread.
/// Errors   Error{retriable} when the cluster does not answer in time; Error{fatal} when it refuses.
class Admin {
 public:
  virtual ~Admin() = default;

  /// Partition counts of those of `topics` that exist.
  [[nodiscard]] virtual std::map<std::string, std::int32_t> partitionCounts(const std::vector<std::string>& topics,
                                                                            Milliseconds timeout) = 0;
  /// Partition counts of every topic there is.
  [[nodiscard]] virtual std::map<std::string, std::int32_t> allPartitionCounts(Milliseconds timeout) = 0;
  /// The topics that each member of a group subscribes to, by member id; nullopt where the cluster cannot tell.
  /// Errors  Error{retriable} while the group is being rebalanced, too.
  [[nodiscard]] virtual std::optional<std::map<std::string, std::vector<std::string>>> groupSubscriptions(
      const std::string& group, Milliseconds timeout) = 0;
  /// Creates topics; one that exists already is left as it is and is no error.
  virtual void createTopics(const std::vector<TopicSpec>& topics, Milliseconds timeout) = 0;
  virtual void deleteTopics(const std::vector<std::string>& topics, Milliseconds timeout) = 0;
  /// Deletes the records before each offset.
  virtual void deleteRecords(const std::map<TopicPartition, std::int64_t>& before, Milliseconds timeout) = 0;
  /// The same without waiting for the answer.
  [[nodiscard]] virtual std::unique_ptr<AdminRequest> beginDeleteRecords(
      const std::map<TopicPartition, std::int64_t>& before, Milliseconds timeout) = 0;
  /// Every topic of the cluster with its partitions, but for those of Kafka itself.
  [[nodiscard]] virtual std::map<std::string, std::int32_t> allTopics(Milliseconds timeout) = 0;
  /// The first offset of each partition whose record is of `at` or later; a partition without one is absent.
  [[nodiscard]] virtual std::map<TopicPartition, std::int64_t> offsetsForTime(
      const std::vector<TopicPartition>& partitions, Timestamp at, Milliseconds timeout) = 0;

  /// The members of a group; none for one that does not exist.
  [[nodiscard]] virtual std::vector<GroupMember> groupMembers(const std::string& group, Milliseconds timeout) = 0;
  /// Sets where a group without members stands. Errors  Error{fatal} when it has members.
  virtual void setGroupOffsets(const std::string& group, const CommittedOffsets& offsets, Milliseconds timeout) = 0;
  /// Makes a member that is known to be dead leave its group; an unknown member is no error.
  virtual void removeMember(const std::string& group, const std::string& member_id, Milliseconds timeout) = 0;
};

}  // namespace widgetstream
