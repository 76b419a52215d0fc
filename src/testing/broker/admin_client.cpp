#include "testing/broker/admin_client.hpp"

#include <algorithm>

namespace widgetstream::in_memory {

template <class F>
void AdminClient::request(const char* name, F&& what) {
  const std::lock_guard lock{cluster_->mutex};
  const BrokerFault fault = cluster_->fault(BrokerCall::Kind::admin, name);
  if (fault == BrokerFault::refuse) cluster_->reach(fault, name);
  what();
  cluster_->changed.notify_all();
  cluster_->reach(fault, name);
}

std::map<std::string, std::int32_t> AdminClient::partitionCounts(const std::vector<std::string>& topics, Milliseconds) {
  std::map<std::string, std::int32_t> counts;
  request("partitionCounts", [&] {
    for (const std::string& name : topics) {
      if (const TopicState* topic = cluster_->findTopic(name)) {
        counts[name] = static_cast<std::int32_t>(topic->partitions.size());
      }
    }
  });
  return counts;
}

std::map<std::string, std::int32_t> AdminClient::allPartitionCounts(Milliseconds) {
  std::map<std::string, std::int32_t> counts;
  request("allPartitionCounts", [&] {
    for (const auto& [name, topic] : cluster_->topics) counts[name] = static_cast<std::int32_t>(topic.partitions.size());
  });
  return counts;
}

std::optional<std::map<std::string, std::vector<std::string>>> AdminClient::groupSubscriptions(
    const std::string& group, Milliseconds) {
  std::map<std::string, std::vector<std::string>> subscriptions;
  bool rebalancing = false;
  request("groupSubscriptions", [&] {
    const Group& found = cluster_->group(group);
    rebalancing = found.rebalancing();
    for (const auto& [id, member] : found.members()) subscriptions[id] = member.topics;
  });
  if (rebalancing) throw Error(ErrorKind::retriable, "group " + group + " is being rebalanced");
  return subscriptions;
}

void AdminClient::createTopics(const std::vector<TopicSpec>& topics, Milliseconds) {
  request("createTopics", [&] {
    for (const TopicSpec& topic : topics) cluster_->makeTopic(topic.name, topic.partitions, topic.configs);
  });
}

void AdminClient::deleteTopics(const std::vector<std::string>& topics, Milliseconds) {
  request("deleteTopics", [&] {
    for (const std::string& name : topics) {
      if (cluster_->topics.erase(name) > 0) cluster_->topicChanged(name);
    }
  });
}

void AdminClient::deleteRecords(const std::map<TopicPartition, std::int64_t>& before, Milliseconds) {
  request("deleteRecords", [&] {
    for (const auto& [at, offset] : before) {
      PartitionLog* log = cluster_->findPartition(at);
      if (!log) throw Error(ErrorKind::fatal, "deleteRecords: " + toString(at) + " does not exist");
      if (offset > log->end()) {
        throw Error(ErrorKind::fatal, "deleteRecords: " + toString(at) + " ends at " + std::to_string(log->end()) +
                                          ", before " + std::to_string(offset));
      }
      for (; log->first < offset; ++log->first) log->records.pop_front();
    }
  });
}

std::unique_ptr<AdminRequest> AdminClient::beginDeleteRecords(const std::map<TopicPartition, std::int64_t>& before,
                                                              Milliseconds timeout) {
  /// This cluster answers at once.
  class Answered final : public AdminRequest {
   public:
    [[nodiscard]] bool finished() override { return true; }
  };
  deleteRecords(before, timeout);
  return std::make_unique<Answered>();
}

std::map<std::string, std::int32_t> AdminClient::allTopics(Milliseconds) {
  std::map<std::string, std::int32_t> counts;
  request("allTopics", [&] {
    for (const auto& [name, topic] : cluster_->topics) counts[name] = static_cast<std::int32_t>(topic.partitions.size());
  });
  return counts;
}

std::map<TopicPartition, std::int64_t> AdminClient::offsetsForTime(const std::vector<TopicPartition>& partitions,
                                                                   Timestamp at, Milliseconds) {
  std::map<TopicPartition, std::int64_t> offsets;
  request("offsetsForTime", [&] {
    for (const TopicPartition& partition : partitions) {
      const PartitionLog* log = cluster_->findPartition(partition);
      if (!log) continue;
      const auto found = std::find_if(log->records.begin(), log->records.end(),
                                      [&](const RecordPtr& record) { return record->timestamp >= at; });
      if (found != log->records.end()) offsets[partition] = (*found)->offset;
    }
  });
  return offsets;
}

std::vector<GroupMember> AdminClient::groupMembers(const std::string& group, Milliseconds) {
  std::vector<GroupMember> members;
  request("groupMembers", [&] {
    for (const auto& [id, member] : cluster_->group(group).members()) members.push_back({id, id, "in this process"});
  });
  return members;
}

void AdminClient::setGroupOffsets(const std::string& group, const CommittedOffsets& offsets, Milliseconds) {
  request("setGroupOffsets", [&] {
    Group& of_name = cluster_->group(group);
    if (!of_name.members().empty())
      throw Error(ErrorKind::fatal, "setGroupOffsets: group " + group + " has members");
    for (const auto& [at, offset] : offsets) of_name.committed[at] = offset;
  });
}

void AdminClient::removeMember(const std::string& group, const std::string& member_id, Milliseconds) {
  request("removeMember", [&] { cluster_->group(group).remove(member_id); });
}

}  // namespace widgetstream::in_memory
