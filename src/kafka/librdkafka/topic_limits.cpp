#include "kafka/librdkafka/topic_limits.hpp"

#include <charconv>
#include <span>
#include <string_view>

#include "kafka/librdkafka/admin_requests.hpp"
#include "kafka/librdkafka/errors.hpp"

namespace widgetstream::rdkafka {
namespace {

constexpr std::string_view config_name = "max.message.bytes";

std::optional<std::size_t> numberIn(std::string_view text) {
  std::size_t number = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional{number} : std::nullopt;
}

std::optional<std::size_t> limitIn(const rd_kafka_ConfigResource_t& topic) {
  std::size_t count = 0;
  const rd_kafka_ConfigEntry_t** const entries = rd_kafka_ConfigResource_configs(&topic, &count);
  for (const rd_kafka_ConfigEntry_t* const entry : std::span{entries, count}) {
    const char* const value = rd_kafka_ConfigEntry_value(entry);
    if (value && rd_kafka_ConfigEntry_name(entry) == config_name) return numberIn(value);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> largestBatchOf(rd_kafka_t* client, const std::string& topic, Milliseconds timeout) {
  const std::string what = "asking for the configuration of topic " + topic;
  const ConfigResourceHandle asked{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  rd_kafka_ConfigResource_t* pointer = asked.get();
  const auto options = optionsFor(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout);
  const QueueHandle answers{rd_kafka_queue_new(client)};
  rd_kafka_DescribeConfigs(client, &pointer, 1, options.get(), answers.get());
  const EventHandle answer = answerOf(answers.get(), timeout, what);
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** const topics =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
  for (const rd_kafka_ConfigResource_t* const told : std::span{topics, count}) {
    throwIfFailed(rd_kafka_ConfigResource_error(told), what);
    if (const auto limit = limitIn(*told)) return limit;
  }
  return std::nullopt;
}

}  // namespace widgetstream::rdkafka
