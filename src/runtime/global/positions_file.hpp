#pragma once

#include <cstdint>
#include <filesystem>
#include <map>

#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// How far the global stores are in each partition of their topics: the offset of the next record. The format of Java's
/// `.checkpoint`:
///
/// ```
/// 0                                  version
/// 2                                  lines that follow
/// topic partition offset
/// topic partition offset
/// ```
using Positions = std::map<TopicPartition, std::int64_t>;

/// Empty when there is no file, or one that is none: everything is then read again.
[[nodiscard]] Positions readPositions(const std::filesystem::path& file);
/// Replaces the file, so that after a crash it is the old one or the new one.
void writePositions(const std::filesystem::path& file, const Positions& positions);

}  // namespace widgetstream
