#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "widgetstream/core/timestamp.hpp"

namespace widgetstream {

/// The note beside a committed offset, as Java Kafka Streams writes it (contract 6.1).
///
/// ```
/// base64 of:  02 | partition time, i64 | [ entries, i32 | { key length, i32 | key, UTF-8 | value, i64 }... ]
/// ```
/// All numbers are big-endian. The entries are left out when there are none; version 01 has none.
struct OffsetMetadata {
  Timestamp partition_time = no_timestamp;
  std::map<std::string, std::int64_t> processor;

  friend bool operator==(const OffsetMetadata&, const OffsetMetadata&) = default;
};

/// Entries whose keys begin so are ours and no processor's.
inline constexpr std::string_view reserved_metadata_prefix = "__widgetstream.";

[[nodiscard]] std::string encodeOffsetMetadata(const OffsetMetadata& metadata);

/// What cannot be read counts as not known, never as an error: any client may have written it.
[[nodiscard]] OffsetMetadata decodeOffsetMetadata(const std::string& text);

}  // namespace widgetstream
