#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/membership.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream::in_memory {

/// Where a member is in the eager protocol: revoke, join, assign.
enum class MemberStage {
  joined,            ///< waits for the others
  assignment_ready,  ///< has an assignment it does not know of yet
  assignment_told,   ///< knows of it, has not acknowledged it
  owning,
  revoke_ready,  ///< must give up everything and does not know it yet
  revoke_told,   ///< is giving up
};

struct Member {
  std::string id;
  /// What range sorts by: the static instance's name, else the id.
  std::string order;
  std::string instance_id;
  std::vector<std::string> topics;
  MemberStage stage = MemberStage::joined;
  std::int32_t generation = -1;
  std::vector<TopicPartition> assigned;
  /// When its heartbeat stopped, by the clock's elapsed().
  std::optional<std::chrono::nanoseconds> silent_since;
  /// Nobody will be heard of it again: its process has ended, or left without being heard.
  bool gone = false;
};

/// A consumer group as its coordinator sees it: classic protocol, eager, assignor `range`.
///
/// Threads  the cluster's lock is held.
class Group {
 public:
  /// Partition count of a topic; 0 when it does not exist.
  using CountPartitions = std::function<std::int32_t(const std::string& topic)>;

  explicit Group(CountPartitions count) : count_(std::move(count)) {}

  CommittedOffsets committed;

  [[nodiscard]] Member* find(const std::string& id);
  [[nodiscard]] const std::map<std::string, Member>& members() const noexcept { return members_; }
  [[nodiscard]] std::int32_t generation() const noexcept { return generation_; }
  [[nodiscard]] bool rebalancing() const noexcept { return rebalancing_; }

  /// A new member. A static one whose instance is known takes over from its predecessor without a rebalance.
  void join(Member member);
  void changeSubscription(Member& member, std::vector<std::string> topics);
  /// The member has acknowledged what it was told.
  void acknowledged(Member& member);
  /// Leaves or is thrown out; an unknown id is no error.
  void remove(const std::string& id);
  void rebalance();
  void expireSilent(std::chrono::nanoseconds now, std::chrono::nanoseconds session_timeout);
  [[nodiscard]] bool subscribesTo(const std::string& topic) const;

 private:
  void assignIfAllJoined();
  void assignTopic(const std::string& topic);

  CountPartitions count_;
  std::map<std::string, Member> members_;
  std::int32_t generation_ = 0;
  bool rebalancing_ = false;
};

}  // namespace widgetstream::in_memory
