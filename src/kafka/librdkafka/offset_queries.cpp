#include "kafka/librdkafka/offset_queries.hpp"

#include <chrono>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/partition_list.hpp"

namespace widgetstream::rdkafka {
namespace {

/// `list` has times in place of offsets; -2 and -1 stand for the first and the end offset.
// One request for each leader, whatever the number of partitions; watermark queries would be two for each partition.
std::map<TopicPartition, std::int64_t> ask(rd_kafka_t* client, const ListHandle& list, Milliseconds timeout) {
  throwIfFailed(rd_kafka_offsets_for_times(client, list.get(), static_cast<int>(timeout.count())),
                "asking for the offsets of " + toString(partitionOf(list->elems[0])) + " and others");
  std::map<TopicPartition, std::int64_t> offsets;
  for (const auto& entry : entries(*list)) {
    throwIfFailed(entry.err, "asking for the offsets of " + toString(partitionOf(entry)));
    offsets.emplace(partitionOf(entry), entry.offset);
  }
  return offsets;
}

std::map<TopicPartition, std::int64_t> askForOne(rd_kafka_t* client, const std::vector<TopicPartition>& partitions,
                                                 std::int64_t which, Milliseconds timeout) {
  const ListHandle list = emptyList(partitions.size());
  for (const TopicPartition& partition : partitions) append(*list, partition).offset = which;
  return ask(client, list, timeout);
}

}  // namespace

std::map<TopicPartition, OffsetRange> askForOffsets(rd_kafka_t* client, const std::vector<TopicPartition>& partitions,
                                                    Milliseconds timeout) {
  std::map<TopicPartition, OffsetRange> ranges;
  if (partitions.empty()) return ranges;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto first = askForOne(client, partitions, RD_KAFKA_OFFSET_BEGINNING, timeout);
  const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
  const auto end = askForOne(client, partitions, RD_KAFKA_OFFSET_END, std::max(left, Milliseconds{1}));
  for (const auto& [partition, offset] : first) ranges[partition] = OffsetRange{offset, end.at(partition)};
  return ranges;
}

std::map<TopicPartition, std::int64_t> askForTimes(rd_kafka_t* client,
                                                   const std::map<TopicPartition, Timestamp>& times,
                                                   Milliseconds timeout) {
  if (times.empty()) return {};
  const ListHandle list = emptyList(times.size());
  for (const auto& [partition, time] : times) append(*list, partition).offset = toMillis(time);
  // Where nothing is as new, librdkafka says -1, which is how it names the end.
  return ask(client, list, timeout);
}

CommittedOffsets askForCommitted(rd_kafka_t* client, const std::vector<TopicPartition>& partitions,
                                 Milliseconds timeout) {
  CommittedOffsets committed;
  if (partitions.empty()) return committed;
  const ListHandle list = emptyList(partitions.size());
  for (const TopicPartition& partition : partitions) append(*list, partition);
  throwIfFailed(rd_kafka_committed(client, list.get(), static_cast<int>(timeout.count())),
                "asking for the committed offsets of " + toString(partitions.front()) + " and others");
  for (const auto& entry : entries(*list)) {
    throwIfFailed(entry.err, "asking for the committed offset of " + toString(partitionOf(entry)));
    if (entry.offset < 0) continue;
    std::string metadata;
    if (entry.metadata) metadata.assign(static_cast<const char*>(entry.metadata), entry.metadata_size);
    committed.emplace(partitionOf(entry), CommittedOffset{entry.offset, std::move(metadata)});
  }
  return committed;
}

}  // namespace widgetstream::rdkafka
