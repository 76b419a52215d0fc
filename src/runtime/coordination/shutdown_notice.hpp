#pragma once

#include <cstdint>
#include <optional>

#include "widgetstream/kafka/offsets.hpp"

namespace widgetstream {

/// How one instance tells all others to shut down (UncaughtExceptionResponse::shutdown_application).
///
/// In a classic group members cannot send each other anything through librdkafka. What they all read at each assignment
/// are the offsets of the group, whose metadata have room for entries of ours: one with the generation in which the
/// notice was given is committed, at an unchanged offset, by an instance that then leaves. The rebalance that follows
/// makes everybody look. Who has been in the group since that generation or longer obeys; who came later, after a
/// restart of the whole application for example, does not. The next commit of the partition drops the entry.
namespace shutdown_notice {

/// The same offset with the notice in its metadata.
[[nodiscard]] CommittedOffset in(const CommittedOffset& offset, std::int32_t generation);
/// The newest generation in which a notice was given, if any was.
[[nodiscard]] std::optional<std::int32_t> find(const CommittedOffsets& offsets);

}  // namespace shutdown_notice
}  // namespace widgetstream
