#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace widgetstream {

/// One log of a topic.
struct TopicPartition {
  std::string topic;
  std::int32_t partition = 0;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

/// `orders-3`
[[nodiscard]] std::string toString(const TopicPartition& partition);

/// Where a record was read: the one name of an event that survives a replay.
struct Origin {
  std::string topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;

  friend auto operator<=>(const Origin&, const Origin&) = default;
};

/// `<topic>-<partition>-<offset>`, the deterministic id that sinks use.
[[nodiscard]] std::string toString(const Origin& origin);

}  // namespace widgetstream

template <>
struct std::hash<widgetstream::TopicPartition> {
  std::size_t operator()(const widgetstream::TopicPartition& at) const noexcept {
    return std::hash<std::string>{}(at.topic) * 31 + static_cast<std::size_t>(at.partition);
  }
};
