#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/clock.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {

/// How an InMemoryBroker behaves.
struct InMemoryBrokerOptions {
  /// Gives records without a timestamp theirs and ends sessions. Must outlive the broker and its clients.
  const Clock* clock = &systemClock();
  /// True: no call ever waits, so that one thread can drive everything. False: a timeout waits in real time, also
  /// under a manual clock, and ends early when there is something to tell.
  bool stepped = false;
  /// How long a group keeps a member that died without leaving.
  Milliseconds session_timeout{6000};
  /// Partitions of a topic that is made because somebody wrote to it; 0: such records fail.
  std::int32_t auto_create_partitions = 0;
  /// How many unacknowledged records a producer holds before send() says no.
  std::size_t producer_queue_records = 100'000;
};

/// A record as a partition holds it.
struct BrokerRecord {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  Timestamp timestamp = no_timestamp;
  NullableBytes key;
  NullableBytes value;
  Headers headers;
  /// Order of arrival over all topics.
  std::uint64_t sequence = 0;
  /// True when a client's producer sent it, false when append() did.
  bool sent = false;
};

/// A request that a fault may hit.
struct BrokerCall {
  enum class Kind { send, fetch, offsets, committed, commit, join, leave, admin };
  Kind kind = Kind::send;
  /// The member id, or the topic of a send.
  std::string subject;
};

/// What becomes of a request.
enum class BrokerFault {
  none,
  refuse,      ///< not done, and told as Error{retriable} or its like
  lose_reply,  ///< done, but told as if it had not been
};

/// A Kafka cluster in this process: topics, offsets, groups with eager range assignment. It has no thread of its own,
/// takes time from a Clock, and given the same calls does the same things.
///
/// Logs     keep everything until deleteRecords(); no compaction, no transactions.
/// Groups   members in the order of their ids, which begin with the process id. A member's heartbeat goes on as long as
///          its Membership lives and is not silent(); destroying one without leave() is a crash.
/// Threads  every call may come from any thread. Clients may outlive the broker.
class InMemoryBroker final : public KafkaClients {
 public:
  explicit InMemoryBroker(InMemoryBrokerOptions options = {});
  ~InMemoryBroker() override;
  InMemoryBroker(const InMemoryBroker&) = delete;
  InMemoryBroker& operator=(const InMemoryBroker&) = delete;

  [[nodiscard]] std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) override;
  [[nodiscard]] std::unique_ptr<Producer> producer(const ProducerSettings& settings) override;
  [[nodiscard]] std::unique_ptr<Membership> membership(const MembershipSettings& settings) override;
  [[nodiscard]] std::unique_ptr<Admin> admin(const ClientProperties& properties) override;

  // Topics and records.

  /// Makes a topic; one that exists is left as it is.
  void createTopic(const std::string& name, std::int32_t partitions = 1,
                   std::map<std::string, std::string> configs = {});
  /// Adds partitions. Errors  Error{invalid_argument} when the topic does not exist or would shrink.
  void addPartitions(const std::string& topic, std::int32_t partitions);
  [[nodiscard]] std::vector<std::string> topics() const;
  /// 0 when the topic does not exist.
  [[nodiscard]] std::int32_t partitionCount(const std::string& topic) const;
  /// What the topic was made with; nullopt when it does not exist.
  [[nodiscard]] std::optional<std::map<std::string, std::string>> topicConfigs(const std::string& topic) const;

  /// Writes a record as an outside producer would and returns its offset. A topic that does not exist is made, with
  /// one partition or auto_create_partitions.
  /// Errors  Error{invalid_argument} when there is no such partition.
  std::int64_t append(const std::string& topic, const OutgoingRecord& record);
  std::int64_t append(const std::string& topic, NullableBytesView key, NullableBytesView value,
                      Timestamp timestamp = no_timestamp);

  /// What a topic holds, in order of arrival; nothing when it does not exist.
  [[nodiscard]] std::vector<BrokerRecord> records(const std::string& topic) const;
  /// What a partition holds from `from` on, in order of offsets.
  [[nodiscard]] std::vector<BrokerRecord> records(const TopicPartition& partition, std::int64_t from = 0) const;
  /// One record; nullopt when the partition does not hold it.
  [[nodiscard]] std::optional<BrokerRecord> record(const TopicPartition& partition, std::int64_t offset) const;
  /// How many records of a partition producers have sent, from `from` on.
  [[nodiscard]] std::size_t sentCount(const TopicPartition& partition, std::int64_t from = 0) const;
  /// What all topics hold, in order of arrival, from a sequence number on.
  [[nodiscard]] std::vector<BrokerRecord> allRecords(std::uint64_t from_sequence = 0) const;
  [[nodiscard]] OffsetRange offsets(const TopicPartition& partition) const;

  // Groups.

  [[nodiscard]] CommittedOffsets committed(const std::string& group) const;
  void commit(const std::string& group, const CommittedOffsets& offsets);
  /// Member ids, in order.
  [[nodiscard]] std::vector<std::string> members(const std::string& group) const;
  [[nodiscard]] std::int32_t generation(const std::string& group) const;
  /// Throws a member out as if its session had ended. It learns of it at its next poll.
  void expire(const std::string& group, const std::string& member_id);
  /// Stops and restarts the heartbeat of a living member: a process that is stopped, or cut off.
  void setSilent(const std::string& group, const std::string& member_id, bool silent);
  /// Makes every member join anew.
  void rebalance(const std::string& group);

  // What can go wrong.

  /// True: nobody reaches the cluster. Fetches bring nothing, records wait in their producers, calls that want an
  /// answer throw Error{retriable}.
  void setUnavailable(bool unavailable);
  /// True: records arrive, but producers are told only when this is false again.
  void setAcknowledgementsHeld(bool held);
  /// The next `count` records that producers send to `topic` (empty: to any) do not arrive.
  void failNextSends(std::size_t count, ErrorKind kind, std::string message, std::string topic = {});
  /// True: commits fail as retriable while a rebalance is under way, as librdkafka's mock cluster has it.
  void setRebalanceRefusesCommits(bool refuses);
  /// Asked before each request; an empty function ends it. Called with the broker locked: it must not call the broker.
  void setFaults(std::function<BrokerFault(const BrokerCall&)> faults);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace widgetstream
