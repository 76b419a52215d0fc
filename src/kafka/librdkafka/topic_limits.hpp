#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/core/timestamp.hpp"

namespace widgetstream::rdkafka {

/// Asks how many bytes a batch of a topic may have, its `max.message.bytes`; nothing when the cluster does not say.
/// Errors  Error{retriable} when there is no answer in time, others when it is refused
[[nodiscard]] std::optional<std::size_t> largestBatchOf(rd_kafka_t* client, const std::string& topic,
                                                        Milliseconds timeout);

}  // namespace widgetstream::rdkafka
