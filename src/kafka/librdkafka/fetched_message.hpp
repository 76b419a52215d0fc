#pragma once

#include "kafka/librdkafka/handles.hpp"
#include "widgetstream/core/headers.hpp"
#include "widgetstream/kafka/fetched_record.hpp"

namespace widgetstream::rdkafka {

/// A record that lives in the memory of `message`, which it takes over.
[[nodiscard]] FetchedRecord toRecord(MessageHandle message, std::uint64_t tag) noexcept;

/// Replaces `into` by the headers of `message`.
void readHeaders(const rd_kafka_message_t& message, Headers& into);

}  // namespace widgetstream::rdkafka
