#include "testing/broker/group.hpp"

#include <algorithm>
#include <set>

namespace widgetstream::in_memory {

Member* Group::find(const std::string& id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

void Group::join(Member member) {
  member.order = member.instance_id.empty() ? member.id : member.instance_id;
  const auto predecessor = std::find_if(members_.begin(), members_.end(), [&](const auto& entry) {
    return !member.instance_id.empty() && entry.second.instance_id == member.instance_id;
  });
  if (predecessor != members_.end()) {
    Member old = std::move(predecessor->second);
    members_.erase(predecessor);
    const bool takes_over = !rebalancing_ && old.topics == member.topics;
    if (takes_over) {
      member.stage = MemberStage::assignment_ready;
      member.generation = old.generation;
      member.assigned = std::move(old.assigned);
    }
    members_.emplace(member.id, std::move(member));
    if (!takes_over) rebalance();
    return;
  }
  members_.emplace(member.id, std::move(member));
  rebalance();
}

void Group::changeSubscription(Member& member, std::vector<std::string> topics) {
  if (member.topics == topics) return;
  member.topics = std::move(topics);
  rebalance();
}

void Group::acknowledged(Member& member) {
  if (member.stage == MemberStage::assignment_told) {
    member.stage = MemberStage::owning;
    if (rebalancing_) rebalance();
  } else if (member.stage == MemberStage::revoke_told) {
    member.stage = MemberStage::joined;
    member.assigned.clear();
    assignIfAllJoined();
  }
}

void Group::remove(const std::string& id) {
  if (members_.erase(id) > 0) rebalance();
}

void Group::rebalance() {
  rebalancing_ = true;
  for (auto& [id, member] : members_) {
    const bool never_told = member.stage == MemberStage::assignment_ready;
    const bool owns = member.stage == MemberStage::owning;
    if (owns && !member.assigned.empty()) {
      member.stage = MemberStage::revoke_ready;
    } else if (owns || never_told) {
      // Nothing to give up, so nothing to say: as librdkafka has it.
      member.stage = MemberStage::joined;
      member.assigned.clear();
    }
  }
  assignIfAllJoined();
}

void Group::expireSilent(std::chrono::nanoseconds now, std::chrono::nanoseconds session_timeout) {
  const auto before = members_.size();
  std::erase_if(members_, [&](const auto& entry) {
    const auto& since = entry.second.silent_since;
    return since && now - *since >= session_timeout;
  });
  if (members_.size() != before) rebalance();
}

bool Group::subscribesTo(const std::string& topic) const {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
    return std::find(entry.second.topics.begin(), entry.second.topics.end(), topic) != entry.second.topics.end();
  });
}

void Group::assignIfAllJoined() {
  if (!rebalancing_) return;
  const bool all = std::all_of(members_.begin(), members_.end(),
                               [](const auto& entry) { return entry.second.stage == MemberStage::joined; });
  if (!all) return;
  rebalancing_ = false;
  ++generation_;
  std::set<std::string> topics;
  for (auto& [id, member] : members_) {
    member.stage = MemberStage::assignment_ready;
    member.generation = generation_;
    member.assigned.clear();
    topics.insert(member.topics.begin(), member.topics.end());
  }
  for (const std::string& topic : topics) assignTopic(topic);
}

void Group::assignTopic(const std::string& topic) {
  std::vector<Member*> takers;
  for (auto& [id, member] : members_) {
    if (std::find(member.topics.begin(), member.topics.end(), topic) != member.topics.end()) takers.push_back(&member);
  }
  std::sort(takers.begin(), takers.end(), [](const Member* a, const Member* b) { return a->order < b->order; });
  const std::int32_t partitions = count_(topic);
  const auto shares = static_cast<std::int32_t>(takers.size());
  std::int32_t next = 0;
  for (std::int32_t taker = 0; taker < shares; ++taker) {
    const std::int32_t count = partitions / shares + (taker < partitions % shares ? 1 : 0);
    for (std::int32_t i = 0; i < count; ++i)
      takers[static_cast<std::size_t>(taker)]->assigned.push_back({topic, next++});
  }
}

}  // namespace widgetstream::in_memory
