#include "testing/broker/membership_client.hpp"

namespace widgetstream::in_memory {
namespace {

/// Ids of one process sort by age, so that a run repeats exactly.
std::string memberId(const std::string& process_id, std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return process_id + "-" + digits;
}

/// It has given up its assignment and has been told of no other: the partitions may return.
bool isBetween(const Member& member) {
  return member.stage == MemberStage::joined || member.stage == MemberStage::assignment_ready;
}

}  // namespace

MembershipClient::MembershipClient(std::shared_ptr<Cluster> cluster, MembershipSettings settings)
    : cluster_(std::move(cluster)), settings_(std::move(settings)) {}

/// A process that ends without leaving: the group keeps the member until its session ends.
MembershipClient::~MembershipClient() {
  const std::lock_guard lock{cluster_->mutex};
  Member* member = cluster_->group(settings_.group).find(member_id_);
  if (!member) return;
  member->gone = true;
  if (!member->silent_since) member->silent_since = cluster_->options.clock->elapsed();
}

void MembershipClient::join(const std::vector<std::string>& topics) {
  const std::lock_guard lock{cluster_->mutex};
  topics_ = topics;
  missing_told_.clear();
  wants_to_join_ = true;
  Group& group = cluster_->group(settings_.group);
  if (Member* member = group.find(member_id_)) {
    group.changeSubscription(*member, topics);
    cluster_->changed.notify_all();
  } else {
    tryJoin();
  }
}

void MembershipClient::tryJoin() {
  if (cluster_->fault(BrokerCall::Kind::join, settings_.process_id) == BrokerFault::refuse) return;
  member_id_ = memberId(settings_.process_id, cluster_->next_member++);
  Member member;
  member.id = member_id_;
  member.instance_id = settings_.group_instance_id;
  member.topics = topics_;
  cluster_->group(settings_.group).join(std::move(member));
  cluster_->changed.notify_all();
}

std::optional<MembershipEvent> MembershipClient::poll(Milliseconds timeout) {
  std::unique_lock lock{cluster_->mutex};
  std::optional<MembershipEvent> told;
  cluster_->wait(lock, timeout, [&] { return (told = next()).has_value(); });
  return told;
}

std::optional<MembershipEvent> MembershipClient::next() {
  if (awaits_acknowledgement_ || !wants_to_join_ || cluster_->unavailable) return std::nullopt;
  Member* member = cluster_->group(settings_.group).find(member_id_);
  if (!member) {
    if (!assigned_.empty()) {
      awaits_acknowledgement_ = true;
      MembershipEvent lost = event(MembershipEvent::Kind::lost);
      assigned_.clear();
      return lost;
    }
    tryJoin();
    member = cluster_->group(settings_.group).find(member_id_);
    if (!member) return std::nullopt;
  }
  // A silent process hears nothing; when it wakes its session may be over.
  if (member->silent_since) return std::nullopt;
  if (member->stage == MemberStage::assignment_ready) {
    member->stage = MemberStage::assignment_told;
    assigned_ = member->assigned;
    metadata_ = {member_id_, member->generation};
    awaits_acknowledgement_ = true;
    return event(MembershipEvent::Kind::assigned);
  }
  if (member->stage == MemberStage::revoke_ready) {
    member->stage = MemberStage::revoke_told;
    awaits_acknowledgement_ = true;
    MembershipEvent revoked = event(MembershipEvent::Kind::revoked);
    assigned_.clear();
    return revoked;
  }
  return missingTopic();
}

std::optional<MembershipEvent> MembershipClient::missingTopic() {
  for (const std::string& topic : topics_) {
    if (cluster_->findTopic(topic)) {
      missing_told_.erase(topic);
    } else if (missing_told_.insert(topic).second) {
      MembershipEvent problem = event(MembershipEvent::Kind::problem);
      problem.partitions.clear();
      problem.message = "subscribed topic " + topic + " does not exist";
      return problem;
    }
  }
  return std::nullopt;
}

MembershipEvent MembershipClient::event(MembershipEvent::Kind kind) const {
  MembershipEvent made;
  made.kind = kind;
  made.partitions = assigned_;
  made.metadata = metadata_;
  return made;
}

void MembershipClient::acknowledge() {
  const std::lock_guard lock{cluster_->mutex};
  awaits_acknowledgement_ = false;
  Group& group = cluster_->group(settings_.group);
  if (Member* member = group.find(member_id_)) group.acknowledged(*member);
  cluster_->changed.notify_all();
}

CommitOutcome MembershipClient::commit(const CommittedOffsets& offsets, const GroupMetadata& as, Milliseconds) {
  const std::lock_guard lock{cluster_->mutex};
  cluster_->tick();
  const BrokerFault fault = cluster_->fault(BrokerCall::Kind::commit, as.member_id);
  if (fault == BrokerFault::refuse) return CommitOutcome::retriable;
  Group& group = cluster_->group(settings_.group);
  const Member* member = group.find(as.member_id);
  if (member && member->silent_since) return CommitOutcome::retriable;  // cut off: nobody hears it
  if (member && isBetween(*member) && as == metadata_) return CommitOutcome::retriable;
  if (!member || isBetween(*member) || member->generation != as.generation) return CommitOutcome::fenced;
  if (group.rebalancing() && cluster_->rebalance_refuses_commits) return CommitOutcome::retriable;
  for (const auto& [at, offset] : offsets) group.committed[at] = offset;
  return fault == BrokerFault::lose_reply ? CommitOutcome::retriable : CommitOutcome::committed;
}

bool MembershipClient::joinSent() const {
  const std::lock_guard lock{cluster_->mutex};
  return !member_id_.empty();
}

void MembershipClient::leave(Milliseconds) {
  const std::lock_guard lock{cluster_->mutex};
  wants_to_join_ = false;
  awaits_acknowledgement_ = false;
  assigned_.clear();
  Group& group = cluster_->group(settings_.group);
  Member* member = group.find(member_id_);
  if (!member) return;
  const bool heard = cluster_->fault(BrokerCall::Kind::leave, member_id_) != BrokerFault::refuse;
  if (heard && settings_.group_instance_id.empty()) {
    group.remove(member_id_);
  } else {
    // A static member keeps its place until its session ends; so does one whose farewell nobody heard.
    member->gone = true;
    if (!member->silent_since) member->silent_since = cluster_->options.clock->elapsed();
  }
  member_id_.clear();
  cluster_->changed.notify_all();
}

}  // namespace widgetstream::in_memory
