#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace widgetstream {

/// A run of bytes: a serialized key, value or header. Text is bytes that happen to be UTF-8, so both are one type.
using Bytes = std::string;

/// Borrowed bytes; valid as long as their owner says.
using BytesView = std::string_view;

/// Bytes or null. Null is a tombstone or an absent key; empty bytes are neither.
using NullableBytesView = std::optional<BytesView>;
using NullableBytes = std::optional<Bytes>;

}  // namespace widgetstream
