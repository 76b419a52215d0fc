#include "testing/broker/cluster.hpp"

#include "widgetstream/core/murmur2.hpp"

namespace widgetstream::in_memory {

TopicState* Cluster::findTopic(const std::string& topic) {
  const auto found = topics.find(topic);
  return found == topics.end() ? nullptr : &found->second;
}

PartitionLog* Cluster::findPartition(const TopicPartition& at) {
  TopicState* topic = findTopic(at.topic);
  if (!topic || at.partition < 0 || static_cast<std::size_t>(at.partition) >= topic->partitions.size()) return nullptr;
  return &topic->partitions[static_cast<std::size_t>(at.partition)];
}

Group& Cluster::group(const std::string& name) {
  const auto found = groups.find(name);
  if (found != groups.end()) return found->second;
  return groups
      .emplace(name, Group{[this](const std::string& topic) {
                 const TopicState* state = findTopic(topic);
                 return state ? static_cast<std::int32_t>(state->partitions.size()) : 0;
               }})
      .first->second;
}

TopicState& Cluster::makeTopic(const std::string& name, std::int32_t partitions,
                               std::map<std::string, std::string> configs) {
  if (TopicState* existing = findTopic(name)) return *existing;
  if (partitions < 1) partitions = std::max(options.auto_create_partitions, 1);  // -1: the broker's default
  TopicState& topic = topics[name];
  topic.partitions.resize(static_cast<std::size_t>(partitions));
  topic.configs = std::move(configs);
  topicChanged(name);
  return topic;
}

TopicState* Cluster::topicToWrite(const std::string& name) {
  if (TopicState* existing = findTopic(name)) return existing;
  if (options.auto_create_partitions < 1) return nullptr;
  return &makeTopic(name, options.auto_create_partitions, {});
}

std::int32_t Cluster::choosePartition(TopicState& topic, const NullableBytesView& key) {
  const auto partitions = static_cast<std::int32_t>(topic.partitions.size());
  if (key) return partitionForKey(*key, partitions);
  return static_cast<std::int32_t>(topic.next_unkeyed++ % static_cast<std::uint32_t>(partitions));
}

RecordPtr Cluster::append(TopicState& topic, BrokerRecord record) {
  PartitionLog& log = topic.partitions[static_cast<std::size_t>(record.partition)];
  record.offset = log.end();
  record.sequence = next_sequence++;
  if (record.timestamp == no_timestamp) record.timestamp = options.clock->now();
  log.records.push_back(std::make_shared<const BrokerRecord>(std::move(record)));
  changed.notify_all();
  return log.records.back();
}

void Cluster::topicChanged(const std::string& topic) {
  for (auto& [name, group] : groups) {
    if (group.subscribesTo(topic)) group.rebalance();
  }
  changed.notify_all();
}

void Cluster::tick() {
  const auto now = options.clock->elapsed();
  for (auto& [name, group] : groups) group.expireSilent(now, options.session_timeout);
}

BrokerFault Cluster::fault(BrokerCall::Kind kind, const std::string& subject) const {
  if (unavailable) return BrokerFault::refuse;
  return faults ? faults(BrokerCall{kind, subject}) : BrokerFault::none;
}

void Cluster::reach(BrokerFault fault, const char* what) const {
  if (fault == BrokerFault::none) return;
  throw Error(ErrorKind::retriable, std::string{what} + ": the broker does not answer");
}

}  // namespace widgetstream::in_memory
