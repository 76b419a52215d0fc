#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "widgetstream/core/headers.hpp"
#include "widgetstream/core/timestamp.hpp"
#include "widgetstream/core/topic_partition.hpp"

namespace widgetstream {

/// The place of an input record in its topic.
struct RecordMetadata {
  std::string_view topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;
};

/// Where the record being processed came from. A user function may take it as its last parameter.
///
/// In a punctuator there is no such record: topic() is empty, partition() and offset() are -1.
class RecordContext {
 public:
  RecordContext() = default;
  RecordContext(std::string_view topic, std::int32_t partition, std::int64_t offset, Timestamp timestamp,
                const Headers& headers) noexcept
      : topic_(topic), partition_(partition), offset_(offset), timestamp_(timestamp), headers_(&headers) {}

  [[nodiscard]] std::string_view topic() const noexcept { return topic_; }
  [[nodiscard]] std::int32_t partition() const noexcept { return partition_; }
  [[nodiscard]] std::int64_t offset() const noexcept { return offset_; }
  [[nodiscard]] Timestamp timestamp() const noexcept { return timestamp_; }
  [[nodiscard]] const Headers& headers() const noexcept { return *headers_; }

  /// The same as one thing; nullopt where there is no input record: in init() and in punctuators.
  [[nodiscard]] std::optional<RecordMetadata> metadata() const noexcept {
    if (topic_.empty()) return std::nullopt;
    return RecordMetadata{topic_, partition_, offset_};
  }

  /// The record's place in its topic: the same at every replay, so a good id for what is made of it.
  [[nodiscard]] Origin origin() const { return {std::string{topic_}, partition_, offset_}; }

 private:
  std::string_view topic_;
  std::int32_t partition_ = -1;
  std::int64_t offset_ = -1;
  Timestamp timestamp_ = no_timestamp;
  const Headers* headers_ = &noHeaders();
};

}  // namespace widgetstream
