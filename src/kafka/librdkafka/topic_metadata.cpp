#include "kafka/librdkafka/topic_metadata.hpp"

#include <span>

#include "kafka/librdkafka/errors.hpp"

namespace widgetstream::rdkafka {
namespace {

MetadataHandle ask(rd_kafka_t* client, rd_kafka_topic_t* topic, Milliseconds timeout, const std::string& what) {
  const rd_kafka_metadata_t* answer = nullptr;
  throwIfFailed(rd_kafka_metadata(client, topic ? 0 : 1, topic, &answer, static_cast<int>(timeout.count())), what);
  return MetadataHandle{answer};
}

bool isMissing(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
}

TopicMetadata read(const rd_kafka_metadata_topic_t& topic) {
  TopicMetadata metadata;
  for (const auto& partition : std::span{topic.partitions, static_cast<std::size_t>(topic.partition_cnt)}) {
    metadata.leaders.emplace(partition.id, partition.leader);
  }
  return metadata;
}

}  // namespace

std::optional<TopicMetadata> askForTopic(rd_kafka_t* client, rd_kafka_topic_t* topic, Milliseconds timeout) {
  const std::string what = std::string{"asking for topic "} + rd_kafka_topic_name(topic);
  const MetadataHandle answer = ask(client, topic, timeout, what);
  if (answer->topic_cnt != 1 || isMissing(answer->topics[0].err)) return std::nullopt;
  throwIfFailed(answer->topics[0].err, what);
  if (answer->topics[0].partition_cnt == 0) return std::nullopt;
  return read(answer->topics[0]);
}

std::map<std::string, TopicMetadata> askForAllTopics(rd_kafka_t* client, Milliseconds timeout) {
  const MetadataHandle answer = ask(client, nullptr, timeout, "asking for all topics");
  std::map<std::string, TopicMetadata> topics;
  for (const auto& topic : std::span{answer->topics, static_cast<std::size_t>(answer->topic_cnt)}) {
    if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR && topic.partition_cnt > 0) topics.emplace(topic.topic, read(topic));
  }
  return topics;
}

}  // namespace widgetstream::rdkafka
