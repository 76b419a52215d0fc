#include "kafka/librdkafka/admin.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <thread>

#include "kafka/librdkafka/admin_requests.hpp"
#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/group_wire.hpp"
#include "kafka/librdkafka/partition_list.hpp"
#include "kafka/librdkafka/topic_metadata.hpp"
#include "kafka/librdkafka/wire_format.hpp"

namespace widgetstream::rdkafka {
namespace {

using Reason = std::array<char, 512>;
using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;
constexpr Milliseconds topic_poll_interval{20};

PropertyLayers layersOf(const ClientProperties& properties, const ClientProperties& common) {
  PropertyLayers layers;
  layers.defaults = {
      {"socket.nagle.disable", "true"}, {"reconnect.backoff.ms", "50"}, {"reconnect.backoff.max.ms", "1000"}};
  layers.common = common;
  layers.own = properties;
  layers.required = {{"allow.auto.create.topics", "false"}, {"enable.idempotence", "false"}};
  return layers;
}

Milliseconds until(Deadline deadline) {
  return std::max(std::chrono::ceil<Milliseconds>(deadline - SteadyClock::now()), Milliseconds{1});
}

void throwIfRefused(const rd_kafka_topic_result_t* result, rd_kafka_resp_err_t harmless, const std::string& what) {
  const auto code = rd_kafka_topic_result_error(result);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == harmless) return;
  const char* const reason = rd_kafka_topic_result_error_string(result);
  throw Error{kindOf(code), what + " topic " + rd_kafka_topic_result_name(result) + " failed with " +
                                rd_kafka_err2name(code) + ": " + (reason ? reason : rd_kafka_err2str(code))};
}

NewTopicHandle toNewTopic(const TopicSpec& spec) {
  Reason reason{};
  NewTopicHandle topic{
      rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions, spec.replication_factor, reason.data(), reason.size())};
  if (!topic) {
    throw Error{ErrorKind::invalid_argument, "topic " + spec.name + " with " + std::to_string(spec.partitions) +
                                                 " partitions and replication factor " +
                                                 std::to_string(spec.replication_factor) + ": " + reason.data()};
  }
  for (const auto& [name, value] : spec.configs) {
    throwIfFailed(rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str()),
                  "config " + name + " of topic " + spec.name);
  }
  return topic;
}

template <class Handles>
auto pointersOf(const Handles& handles) {
  std::vector<typename Handles::value_type::pointer> pointers;
  for (const auto& handle : handles) pointers.push_back(handle.get());
  return pointers;
}

/// The topics in what a member of the consumer protocol told when it joined: version, then an array of names.
std::vector<std::string> topicsIn(const rd_kafka_group_member_info& member) {
  const std::string bytes{static_cast<const char*>(member.member_metadata),
                          static_cast<std::size_t>(std::max(member.member_metadata_size, 0))};
  WireReader reader{bytes};
  (void)reader.int16();
  std::vector<std::string> topics;
  const std::int32_t count = reader.int32();
  for (std::int32_t i = 0; i < count; ++i) topics.push_back(reader.text());
  return topics;
}

}  // namespace

LibrdkafkaAdmin::LibrdkafkaAdmin(const ClientProperties& properties, const ClientProperties& common, Logger log)
    : client_(RD_KAFKA_PRODUCER, layersOf(properties, common), std::move(log)) {
  const ClientProperties all = merged(layersOf(properties, common));
  const auto valueOf = [&](const char* name) {
    const auto found = all.find(name);
    return found == all.end() ? std::string{} : found->second;
  };
  const std::string protocol = valueOf("security.protocol");
  plain_ = protocol.empty() || protocol == "plaintext" || protocol == "PLAINTEXT";
  bootstrap_servers_ = valueOf("bootstrap.servers");
  if (bootstrap_servers_.empty()) bootstrap_servers_ = valueOf("metadata.broker.list");
}

std::map<std::string, std::int32_t> LibrdkafkaAdmin::partitionCounts(const std::vector<std::string>& topics,
                                                                     Milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  std::map<std::string, std::int32_t> counts;
  for (const std::string& name : topics) {
    const TopicHandle topic{rd_kafka_topic_new(client_.get(), name.c_str(), nullptr)};
    if (!topic) throwIfFailed(rd_kafka_last_error(), "the handle of topic " + name);
    if (const auto metadata = askForTopic(client_.get(), topic.get(), until(deadline))) {
      counts[name] = static_cast<std::int32_t>(metadata->leaders.size());
    }
  }
  return counts;
}

std::map<std::string, std::int32_t> LibrdkafkaAdmin::allPartitionCounts(Milliseconds timeout) {
  std::map<std::string, std::int32_t> counts;
  for (const auto& [name, metadata] : askForAllTopics(client_.get(), timeout)) {
    counts[name] = static_cast<std::int32_t>(metadata.leaders.size());
  }
  return counts;
}

std::optional<std::map<std::string, std::vector<std::string>>> LibrdkafkaAdmin::groupSubscriptions(
    const std::string& group, Milliseconds timeout) {
  const rd_kafka_group_list* raw = nullptr;
  const auto code = rd_kafka_list_groups(client_.get(), group.c_str(), &raw, static_cast<int>(timeout.count()));
  const GroupListHandle list{raw};
  if (code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE) return std::nullopt;
  throwIfFailed(code, "looking up the members of group " + group);
  std::map<std::string, std::vector<std::string>> subscriptions;
  for (const auto& info : std::span{list->groups, static_cast<std::size_t>(list->group_cnt)}) {
    if (info.group != group) continue;
    throwIfFailed(info.err, "looking up the members of group " + group);
    if (std::string_view{info.state} != "Stable")
      throw Error{ErrorKind::retriable, "group " + group + " is being rebalanced"};
    for (const auto& member : std::span{info.members, static_cast<std::size_t>(info.member_cnt)}) {
      subscriptions[member.member_id] = topicsIn(member);
    }
  }
  return subscriptions;
}

void LibrdkafkaAdmin::createTopics(const std::vector<TopicSpec>& topics, Milliseconds timeout) {
  if (topics.empty()) return;
  const auto deadline = SteadyClock::now() + timeout;
  std::vector<NewTopicHandle> wanted;
  for (const TopicSpec& spec : topics) wanted.push_back(toNewTopic(spec));
  auto pointers = pointersOf(wanted);
  const auto options = optionsFor(client_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout);
  const QueueHandle answers{rd_kafka_queue_new(client_.get())};
  rd_kafka_CreateTopics(client_.get(), pointers.data(), pointers.size(), options.get(), answers.get());
  const EventHandle answer = answerOf(answers.get(), timeout, "creating " + std::to_string(topics.size()) + " topics");
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  for (const auto* result : std::span{results, count}) {
    throwIfRefused(result, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "creating");
  }
  awaitTopics(topics, deadline);
}

void LibrdkafkaAdmin::awaitTopics(const std::vector<TopicSpec>& topics, Deadline deadline) {
  // The controller has made them; the brokers hear of it a moment later.
  std::vector<std::string> missing;
  for (const TopicSpec& spec : topics) missing.push_back(spec.name);
  for (;;) {
    const auto seen = partitionCounts(missing, until(deadline));
    std::erase_if(missing, [&](const std::string& name) { return seen.contains(name); });
    if (missing.empty()) return;
    if (SteadyClock::now() >= deadline) {
      throw Error{ErrorKind::retriable, "topic " + missing.front() + " has been created and is not visible yet"};
    }
    std::this_thread::sleep_for(topic_poll_interval);
  }
}

void LibrdkafkaAdmin::deleteTopics(const std::vector<std::string>& topics, Milliseconds timeout) {
  if (topics.empty()) return;
  std::vector<DeleteTopicHandle> unwanted;
  for (const std::string& name : topics) unwanted.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
  auto pointers = pointersOf(unwanted);
  const auto options = optionsFor(client_.get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout);
  const QueueHandle answers{rd_kafka_queue_new(client_.get())};
  rd_kafka_DeleteTopics(client_.get(), pointers.data(), pointers.size(), options.get(), answers.get());
  const EventHandle answer = answerOf(answers.get(), timeout, "deleting " + std::to_string(topics.size()) + " topics");
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(answer.get()), &count);
  for (const auto* result : std::span{results, count}) {
    throwIfRefused(result, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "deleting");
  }
}

void LibrdkafkaAdmin::deleteRecords(const std::map<TopicPartition, std::int64_t>& before, Milliseconds timeout) {
  if (before.empty()) return;
  DeleteRecordsRequest{client_.get(), before, timeout}.await(timeout);
}

std::unique_ptr<AdminRequest> LibrdkafkaAdmin::beginDeleteRecords(const std::map<TopicPartition, std::int64_t>& before,
                                                                  Milliseconds timeout) {
  return std::make_unique<DeleteRecordsRequest>(client_.get(), before, timeout);
}

void LibrdkafkaAdmin::removeMember(const std::string& group, const std::string& member_id, Milliseconds timeout) {
  if (!plain_) {
    client_.log().info(
        "a dead member is not removed from its group, because the cluster wants TLS or SASL; its "
        "partitions come free when its session ends",
        {{"group", group}, {"member", member_id}});
    return;
  }
  leaveGroupFor(parseBootstrapServers(bootstrap_servers_), group, member_id, SteadyClock::now() + timeout);
}

}  // namespace widgetstream::rdkafka
