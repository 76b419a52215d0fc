// What an administrator asks of groups and offsets.

#include <span>

#include "kafka/librdkafka/admin.hpp"
#include "kafka/librdkafka/admin_requests.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/partition_list.hpp"

namespace widgetstream::rdkafka {
namespace {

void throwIfRefused(const rd_kafka_error_t* error, const std::string& what) {
  if (!error || rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  // Brokers from 4.0 on say so of a group that nobody has ever joined.
  if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) return;
  throw Error{kindOf(rd_kafka_error_code(error)),
              what + " failed with " + rd_kafka_error_name(error) + ": " + rd_kafka_error_string(error)};
}

}  // namespace

std::map<std::string, std::int32_t> LibrdkafkaAdmin::allTopics(Milliseconds timeout) {
  auto topics = allPartitionCounts(timeout);
  std::erase_if(topics, [](const auto& topic) { return topic.first.starts_with("__"); });
  return topics;
}

std::map<TopicPartition, std::int64_t> LibrdkafkaAdmin::offsetsForTime(const std::vector<TopicPartition>& partitions,
                                                                       Timestamp at, Milliseconds timeout) {
  std::map<TopicPartition, std::int64_t> offsets;
  if (partitions.empty()) return offsets;
  const ListHandle list = emptyList(partitions.size());
  for (const TopicPartition& partition : partitions) append(*list, partition).offset = toMillis(at);
  const std::string what = "asking for the offsets of " + toIso8601(at);
  throwIfFailed(rd_kafka_offsets_for_times(client_.get(), list.get(), static_cast<int>(timeout.count())), what);
  for (const auto& entry : entries(*list)) {
    throwIfFailed(entry.err, what + " in " + toString(partitionOf(entry)));
    if (entry.offset >= 0) offsets.emplace(partitionOf(entry), entry.offset);
  }
  return offsets;
}

std::vector<GroupMember> LibrdkafkaAdmin::groupMembers(const std::string& group, Milliseconds timeout) {
  const std::string what = "asking for the members of group " + group;
  const char* name = group.c_str();
  const auto options = optionsFor(client_.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout);
  const QueueHandle answers{rd_kafka_queue_new(client_.get())};
  rd_kafka_DescribeConsumerGroups(client_.get(), &name, 1, options.get(), answers.get());
  const EventHandle answer = answerOf(answers.get(), timeout, what);
  std::size_t groups = 0;
  const auto* const* described = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(answer.get()), &groups);
  std::vector<GroupMember> members;
  for (const auto* of_group : std::span{described, groups}) {
    throwIfRefused(rd_kafka_ConsumerGroupDescription_error(of_group), what);
    const std::size_t count = rd_kafka_ConsumerGroupDescription_member_count(of_group);
    for (std::size_t i = 0; i < count; ++i) {
      const auto* const member = rd_kafka_ConsumerGroupDescription_member(of_group, i);
      members.push_back({rd_kafka_MemberDescription_consumer_id(member), rd_kafka_MemberDescription_client_id(member),
                         rd_kafka_MemberDescription_host(member)});
    }
  }
  return members;
}

void LibrdkafkaAdmin::setGroupOffsets(const std::string& group, const CommittedOffsets& offsets, Milliseconds timeout) {
  if (offsets.empty()) return;
  const std::string what = "setting the offsets of group " + group;
  const ListHandle list = emptyList(offsets.size());
  for (const auto& [partition, offset] : offsets) {
    auto& entry = append(*list, partition);
    entry.offset = offset.offset;
    setMetadata(entry, offset.metadata);
  }
  const AlterOffsetsHandle request{rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get())};
  rd_kafka_AlterConsumerGroupOffsets_t* pointer = request.get();
  const auto options = optionsFor(client_.get(), RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, timeout);
  const QueueHandle answers{rd_kafka_queue_new(client_.get())};
  rd_kafka_AlterConsumerGroupOffsets(client_.get(), &pointer, 1, options.get(), answers.get());
  const EventHandle answer = answerOf(answers.get(), timeout, what);
  std::size_t groups = 0;
  const auto* const* results = rd_kafka_AlterConsumerGroupOffsets_result_groups(
      rd_kafka_event_AlterConsumerGroupOffsets_result(answer.get()), &groups);
  for (const auto* result : std::span{results, groups}) {
    throwIfRefused(rd_kafka_group_result_error(result), what);
    if (const auto* set = rd_kafka_group_result_partitions(result)) {
      for (const auto& entry : entries(*set)) throwIfFailed(entry.err, what + " for " + toString(partitionOf(entry)));
    }
  }
}

}  // namespace widgetstream::rdkafka
