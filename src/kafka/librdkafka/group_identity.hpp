#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "widgetstream/kafka/membership.hpp"

namespace widgetstream::rdkafka {

/// Who the client is in its group at this moment; generation -1 and no member id while it is nobody.
[[nodiscard]] GroupMetadata identityOf(rd_kafka_t* client);

/// Reads librdkafka's serialized group metadata, the only way to the generation.
///
/// Shape    "CGMDv2:" int32 generation in the machine's order, group NUL, member NUL, ...
/// Source   rd_kafka_consumer_group_metadata_write() of 2.0.2; the format is librdkafka's own, so a test pins it
/// Errors   Error{fatal} when it looks different
[[nodiscard]] GroupMetadata parseGroupMetadata(std::string_view serialized);

}  // namespace widgetstream::rdkafka
