#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream::rdkafka {

/// A topic as the cluster describes it.
struct TopicMetadata {
  /// Broker that leads each partition; -1 while there is none.
  std::map<std::int32_t, std::int32_t> leaders;
};

/// Asks the cluster about a topic; nothing when it does not exist.
/// Errors  Error{retriable} when there is no answer in time, Error{fatal} when it is refused
[[nodiscard]] std::optional<TopicMetadata> askForTopic(rd_kafka_t* client, rd_kafka_topic_t* topic,
                                                       Milliseconds timeout);

/// Asks about every topic there is. Creates none, whatever the broker's settings and age.
[[nodiscard]] std::map<std::string, TopicMetadata> askForAllTopics(rd_kafka_t* client, Milliseconds timeout);

}  // namespace widgetstream::rdkafka
