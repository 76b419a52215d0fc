#pragma once

#include <span>

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/core/topic_partition.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream::rdkafka {

[[nodiscard]] ListHandle emptyList(std::size_t expected = 0);

/// Appends; the entry lives until the next call.
rd_kafka_topic_partition_t& append(rd_kafka_topic_partition_list_t& list, const TopicPartition& partition);

/// Gives an entry its note; librdkafka frees it with the list.
void setMetadata(rd_kafka_topic_partition_t& entry, const std::string& metadata);

[[nodiscard]] std::span<rd_kafka_topic_partition_t> entries(rd_kafka_topic_partition_list_t& list) noexcept;
[[nodiscard]] std::span<const rd_kafka_topic_partition_t> entries(const rd_kafka_topic_partition_list_t& list) noexcept;

[[nodiscard]] TopicPartition partitionOf(const rd_kafka_topic_partition_t& entry);

}  // namespace widgetstream::rdkafka
