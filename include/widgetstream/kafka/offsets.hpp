#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// What a group remembers of a partition: the next offset to read, and a note of ours (partition time, see contract 6.1).
struct CommittedOffset {
  std::int64_t offset = -1;
  std::string metadata;

  friend bool operator==(const CommittedOffset&, const CommittedOffset&) = default;
};

using CommittedOffsets = std::map<TopicPartition, CommittedOffset>;

/// The records a partition holds: first <= offset < end.
struct OffsetRange {
  std::int64_t first = 0;
  std::int64_t end = 0;

  friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

}  // namespace widgetstream
