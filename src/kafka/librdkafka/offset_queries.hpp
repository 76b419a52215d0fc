#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <string>
#include <vector>

#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream::rdkafka {

/// First and end offset of each partition; the partitions must exist.
/// Errors  Error{retriable} when a leader does not answer in time
[[nodiscard]] std::map<TopicPartition, OffsetRange> askForOffsets(rd_kafka_t* client,
                                                                  const std::vector<TopicPartition>& partitions,
                                                                  Milliseconds timeout);

/// The first offset of each partition whose record is not older than the time, the end of the partition if all are.
/// Errors  as askForOffsets
[[nodiscard]] std::map<TopicPartition, std::int64_t> askForTimes(rd_kafka_t* client,
                                                                 const std::map<TopicPartition, Timestamp>& times,
                                                                 Milliseconds timeout);

/// What the client's group has committed of each partition that it has committed anything of.
/// Errors  Error{retriable} when the coordinator does not answer in time
[[nodiscard]] CommittedOffsets askForCommitted(rd_kafka_t* client, const std::vector<TopicPartition>& partitions,
                                               Milliseconds timeout);

}  // namespace widgetstream::rdkafka
