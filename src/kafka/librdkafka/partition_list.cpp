#include "kafka/librdkafka/partition_list.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

namespace widgetstream::rdkafka {

ListHandle emptyList(std::size_t expected) {
  return ListHandle{rd_kafka_topic_partition_list_new(static_cast<int>(expected))};
}

rd_kafka_topic_partition_t& append(rd_kafka_topic_partition_list_t& list, const TopicPartition& partition) {
  return *rd_kafka_topic_partition_list_add(&list, partition.topic.c_str(), partition.partition);
}

void setMetadata(rd_kafka_topic_partition_t& entry, const std::string& metadata) {
  if (metadata.empty()) return;
  // From malloc(), because librdkafka gives it to free().
  void* const copy = std::malloc(metadata.size());
  if (!copy) throw std::bad_alloc{};
  std::memcpy(copy, metadata.data(), metadata.size());
  entry.metadata = copy;
  entry.metadata_size = metadata.size();
}

std::span<rd_kafka_topic_partition_t> entries(rd_kafka_topic_partition_list_t& list) noexcept {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

std::span<const rd_kafka_topic_partition_t> entries(const rd_kafka_topic_partition_list_t& list) noexcept {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

TopicPartition partitionOf(const rd_kafka_topic_partition_t& entry) {
  return {entry.topic, entry.partition};
}

}  // namespace widgetstream::rdkafka
