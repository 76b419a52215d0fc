#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "testing/broker/group.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"

namespace widgetstream::in_memory {

using RecordPtr = std::shared_ptr<const BrokerRecord>;

struct PartitionLog {
  std::int64_t first = 0;
  std::deque<RecordPtr> records;

  [[nodiscard]] std::int64_t end() const { return first + static_cast<std::int64_t>(records.size()); }
};

struct TopicState {
  std::vector<PartitionLog> partitions;
  std::map<std::string, std::string> configs;
  /// Where the next record without key and partition goes.
  std::uint32_t next_unkeyed = 0;
};

/// Failures that a test has ordered.
struct OrderedFailure {
  std::size_t count = 0;
  ErrorKind kind = ErrorKind::fatal;
  std::string message;
  std::string topic;
};

class ProducerClient;

/// What all clients of one InMemoryBroker share. Everything but the options is guarded by `mutex`; functions that say
/// "locked" are called with it held.
struct Cluster {
  explicit Cluster(InMemoryBrokerOptions with) : options(with) {}

  const InMemoryBrokerOptions options;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, TopicState> topics;
  std::map<std::string, Group> groups;
  std::vector<ProducerClient*> producers;
  std::list<OrderedFailure> failures;
  std::function<BrokerFault(const BrokerCall&)> faults;
  bool unavailable = false;
  bool acknowledgements_held = false;
  bool rebalance_refuses_commits = false;
  std::uint64_t next_sequence = 0;
  std::uint64_t next_member = 0;

  /// Locked. nullptr when there is no such topic or partition.
  [[nodiscard]] TopicState* findTopic(const std::string& topic);
  [[nodiscard]] PartitionLog* findPartition(const TopicPartition& at);
  [[nodiscard]] Group& group(const std::string& name);

  /// Locked. Makes the topic unless it exists and lets groups that wait for it know.
  TopicState& makeTopic(const std::string& name, std::int32_t partitions, std::map<std::string, std::string> configs);
  /// Locked. The topic, made when the options allow it; nullptr otherwise.
  [[nodiscard]] TopicState* topicToWrite(const std::string& name);
  /// Locked. The partition that a record of this key goes to when its sender has no opinion.
  [[nodiscard]] static std::int32_t choosePartition(TopicState& topic, const NullableBytesView& key);
  /// Locked. Appends and wakes who waits; `record` gets its place, time and sequence number.
  RecordPtr append(TopicState& topic, BrokerRecord record);
  /// Locked. Rebalances each group with a member that subscribes to `topic`.
  void topicChanged(const std::string& topic);

  /// Locked. Ends sessions whose time has come. Called by whoever waits, since the cluster has no thread.
  void tick();
  /// Locked. What the test wants to become of a request.
  [[nodiscard]] BrokerFault fault(BrokerCall::Kind kind, const std::string& subject) const;
  /// Locked. Throws Error{retriable} when the request does not get through.
  void reach(BrokerFault fault, const char* what) const;

  /// Locked. Asks `ready` until it is true or `timeout` has passed; just once when stepped.
  template <class Ready>
  void wait(std::unique_lock<std::mutex>& lock, Milliseconds timeout, Ready&& ready);
};

/// Sessions may end while nothing else happens, and a manual clock wakes nobody: so a wait looks around this often.
inline constexpr Milliseconds wait_slice{10};

template <class Ready>
void Cluster::wait(std::unique_lock<std::mutex>& lock, Milliseconds timeout, Ready&& ready) {
  tick();
  if (ready() || options.stepped) return;
  const auto longest = std::min<Milliseconds>(timeout, std::chrono::hours{1});
  const auto deadline = std::chrono::steady_clock::now() + longest;
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return;
    changed.wait_until(lock, std::min(deadline, now + wait_slice));
    tick();
    if (ready()) return;
  }
}

}  // namespace widgetstream::in_memory
