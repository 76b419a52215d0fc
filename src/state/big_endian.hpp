#pragma once

#include <cstdint>
#include <optional>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream::detail {

/// Eight bytes, most significant first: Java's long.
[[nodiscard]] inline Bytes bigEndian(std::int64_t number) {
  Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
  return bytes;
}

/// nullopt unless there are exactly eight bytes.
[[nodiscard]] inline std::optional<std::int64_t> fromBigEndian(BytesView bytes) noexcept {
  if (bytes.size() != sizeof(std::int64_t)) return std::nullopt;
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

}  // namespace widgetstream::detail
