// The part of KafkaClient that asks brokers for metadata and through the admin API.
#include <librdkafka/rdkafka.h>

#include <functional>
#include <memory>
#include <stdexcept>

#include "tests/support/kafka_client.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

constexpr int timeout_ms = 30'000;

[[noreturn]] void fail(const std::string& what, const std::string& reason) {
  throw std::runtime_error{"KafkaClient: " + what + ": " + reason};
}

void requireResult(const rd_kafka_topic_result_t** results, std::size_t count, const std::string& what) {
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_topic_result_error(results[i]) == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* reason = rd_kafka_topic_result_error_string(results[i]);
    fail(what, reason != nullptr ? reason : rd_kafka_err2name(rd_kafka_topic_result_error(results[i])));
  }
}

/// Sends one admin request and hands its answer to `read`.
void ask(rd_kafka_t* client, const std::string& what,
         const std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>& request,
         const std::function<void(rd_kafka_event_t*)>& read) {
  const std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)> queue{rd_kafka_queue_new(client),
                                                                                   &rd_kafka_queue_destroy};
  const std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)> options{
      rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_ANY), &rd_kafka_AdminOptions_destroy};
  char reason[256];
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, reason, sizeof reason);
  request(options.get(), queue.get());
  const std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)> event{
      rd_kafka_queue_poll(queue.get(), 2 * timeout_ms), &rd_kafka_event_destroy};
  if (!event) fail(what, "no answer");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    fail(what, rd_kafka_event_error_string(event.get()));
  read(event.get());
}

/// Hands the cluster's metadata to `read`; false when no broker answers in time.
bool readMetadata(rd_kafka_t* client, int wait_ms, const std::function<void(const rd_kafka_metadata_t&)>& read) {
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(client, 1, nullptr, &metadata, wait_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  read(*metadata);
  rd_kafka_metadata_destroy(metadata);
  return true;
}

}  // namespace

int KafkaClient::brokerCount(std::chrono::milliseconds timeout) {
  int count = 0;
  readMetadata(producer_.get(), static_cast<int>(timeout.count()),
               [&](const rd_kafka_metadata_t& metadata) { count = metadata.broker_cnt; });
  return count;
}

std::map<std::string, int> KafkaClient::topics() {
  std::map<std::string, int> result;
  const bool answered = readMetadata(producer_.get(), timeout_ms, [&](const rd_kafka_metadata_t& metadata) {
    for (int i = 0; i < metadata.topic_cnt; ++i) {
      const auto& topic = metadata.topics[i];
      bool has_leaders = topic.err == RD_KAFKA_RESP_ERR_NO_ERROR;
      for (int p = 0; p < topic.partition_cnt; ++p) has_leaders = has_leaders && topic.partitions[p].leader >= 0;
      if (has_leaders) result[topic.topic] = topic.partition_cnt;
    }
  });
  if (!answered) fail("topics", "no broker answers at " + bootstrap_servers_);
  return result;
}

void KafkaClient::createTopic(const std::string& name, int partitions, const Settings& configs) {
  char reason[256];
  const std::unique_ptr<rd_kafka_NewTopic_t, decltype(&rd_kafka_NewTopic_destroy)> topic{
      rd_kafka_NewTopic_new(name.c_str(), partitions, 1, reason, sizeof reason), &rd_kafka_NewTopic_destroy};
  if (!topic) fail("create " + name, reason);
  for (const auto& [key, value] : configs) rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
  auto* topic_pointer = topic.get();
  ask(
      producer_.get(), "create " + name,
      [&](auto* options, auto* queue) { rd_kafka_CreateTopics(producer_.get(), &topic_pointer, 1, options, queue); },
      [&](auto* event) {
        std::size_t count = 0;
        const auto* result = rd_kafka_event_CreateTopics_result(event);
        requireResult(rd_kafka_CreateTopics_result_topics(result, &count), count, "create " + name);
      });
  if (!waitUntil([&] { return topics().contains(name); })) fail("create " + name, "not listed");
}

void KafkaClient::deleteTopic(const std::string& name) {
  const std::unique_ptr<rd_kafka_DeleteTopic_t, decltype(&rd_kafka_DeleteTopic_destroy)> topic{
      rd_kafka_DeleteTopic_new(name.c_str()), &rd_kafka_DeleteTopic_destroy};
  auto* topic_pointer = topic.get();
  ask(
      producer_.get(), "delete " + name,
      [&](auto* options, auto* queue) { rd_kafka_DeleteTopics(producer_.get(), &topic_pointer, 1, options, queue); },
      [&](auto* event) {
        std::size_t count = 0;
        const auto* result = rd_kafka_event_DeleteTopics_result(event);
        requireResult(rd_kafka_DeleteTopics_result_topics(result, &count), count, "delete " + name);
      });
  if (!waitUntil([&] { return !topics().contains(name); })) fail("delete " + name, "still listed");
}

void KafkaClient::growTopic(const std::string& name, int partitions) {
  char reason[256];
  const std::unique_ptr<rd_kafka_NewPartitions_t, decltype(&rd_kafka_NewPartitions_destroy)> grown{
      rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(partitions), reason, sizeof reason),
      &rd_kafka_NewPartitions_destroy};
  if (!grown) fail("grow " + name, reason);
  auto* grown_pointer = grown.get();
  ask(
      producer_.get(), "grow " + name,
      [&](auto* options, auto* queue) { rd_kafka_CreatePartitions(producer_.get(), &grown_pointer, 1, options, queue); },
      [&](auto* event) {
        std::size_t count = 0;
        const auto* result = rd_kafka_event_CreatePartitions_result(event);
        requireResult(rd_kafka_CreatePartitions_result_topics(result, &count), count, "grow " + name);
      });
  if (!waitUntil([&] { return topics()[name] == partitions; })) fail("grow " + name, "not listed");
}

void KafkaClient::deleteRecordsBefore(const std::string& name, std::int32_t partition, std::int64_t offset) {
  const std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)> before{
      rd_kafka_topic_partition_list_new(1), &rd_kafka_topic_partition_list_destroy};
  rd_kafka_topic_partition_list_add(before.get(), name.c_str(), partition)->offset = offset;
  const std::unique_ptr<rd_kafka_DeleteRecords_t, decltype(&rd_kafka_DeleteRecords_destroy)> deletion{
      rd_kafka_DeleteRecords_new(before.get()), &rd_kafka_DeleteRecords_destroy};
  auto* deletion_pointer = deletion.get();
  ask(
      producer_.get(), "delete records of " + name,
      [&](auto* options, auto* queue) {
        rd_kafka_DeleteRecords(producer_.get(), &deletion_pointer, 1, options, queue);
      },
      [&](auto* event) {
        const auto* offsets = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event));
        for (int i = 0; i < offsets->cnt; ++i) {
          if (offsets->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            fail("delete records of " + name, rd_kafka_err2str(offsets->elems[i].err));
        }
      });
}

KafkaClient::Settings KafkaClient::topicConfigs(const std::string& name) {
  const std::unique_ptr<rd_kafka_ConfigResource_t, decltype(&rd_kafka_ConfigResource_destroy)> resource{
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()), &rd_kafka_ConfigResource_destroy};
  auto* resource_pointer = resource.get();
  Settings configs;
  ask(
      producer_.get(), "configs of " + name,
      [&](auto* options, auto* queue) {
        rd_kafka_DescribeConfigs(producer_.get(), &resource_pointer, 1, options, queue);
      },
      [&](auto* event) {
        std::size_t count = 0;
        auto** resources =
            rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count);
        for (std::size_t i = 0; i < count; ++i) {
          if (rd_kafka_ConfigResource_error(resources[i]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            fail("configs of " + name, rd_kafka_err2str(rd_kafka_ConfigResource_error(resources[i])));
          }
          std::size_t entry_count = 0;
          auto** entries = rd_kafka_ConfigResource_configs(resources[i], &entry_count);
          for (std::size_t e = 0; e < entry_count; ++e) {
            const char* value = rd_kafka_ConfigEntry_value(entries[e]);
            configs[rd_kafka_ConfigEntry_name(entries[e])] = value != nullptr ? value : "";
          }
        }
      });
  return configs;
}

template <class Visit>
void KafkaClient::forEachCommitted(const std::string& group, Visit&& visit) {
  const std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, decltype(&rd_kafka_ListConsumerGroupOffsets_destroy)>
      asked{rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr), &rd_kafka_ListConsumerGroupOffsets_destroy};
  auto* asked_pointer = asked.get();
  ask(
      producer_.get(), "offsets of " + group,
      [&](auto* options, auto* queue) {
        rd_kafka_ListConsumerGroupOffsets(producer_.get(), &asked_pointer, 1, options, queue);
      },
      [&](auto* event) {
        std::size_t count = 0;
        auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
            rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);
        for (std::size_t i = 0; i < count; ++i) {
          if (const auto* error = rd_kafka_group_result_error(groups[i]))
            fail("offsets of " + group, rd_kafka_error_string(error));
          const auto* partitions = rd_kafka_group_result_partitions(groups[i]);
          for (int p = 0; p < partitions->cnt; ++p) {
            if (partitions->elems[p].offset >= 0) visit(partitions->elems[p]);
          }
        }
      });
}

std::map<std::pair<std::string, std::int32_t>, std::int64_t> KafkaClient::committedOffsets(const std::string& group) {
  std::map<std::pair<std::string, std::int32_t>, std::int64_t> offsets;
  forEachCommitted(group, [&](const auto& at) { offsets[{at.topic, at.partition}] = at.offset; });
  return offsets;
}

std::map<std::pair<std::string, std::int32_t>, std::string> KafkaClient::committedMetadata(const std::string& group) {
  std::map<std::pair<std::string, std::int32_t>, std::string> texts;
  forEachCommitted(group, [&](const auto& at) {
    texts[{at.topic, at.partition}] = std::string{static_cast<const char*>(at.metadata), at.metadata_size};
  });
  return texts;
}

std::vector<std::int64_t> KafkaClient::endOffsets(const std::string& topic) {
  const auto known = topics();
  const auto found = known.find(topic);
  if (found == known.end()) fail("end offsets of " + topic, "no such topic");
  std::vector<std::int64_t> ends;
  for (int partition = 0; partition < found->second; ++partition) {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    const auto error =
        rd_kafka_query_watermark_offsets(producer_.get(), topic.c_str(), partition, &begin, &end, timeout_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("end offsets of " + topic, rd_kafka_err2str(error));
    ends.push_back(end);
  }
  return ends;
}

}  // namespace widgetstream
