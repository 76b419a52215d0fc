#pragma once

#include <cstdint>
#include <optional>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream::detail {

/// Eight bytes, most significant first: Java's long.
inline void appendBigEndian(std::int64_t number, Bytes& out) {
  char bytes[sizeof number];
  for (int i = 7; i >= 0; --i) {
    bytes[i] = static_cast<char>(number);
    number >>= 8;
  }
  out.append(bytes, sizeof bytes);
}
[[nodiscard]] inline Bytes bigEndian(std::int64_t number) {
  Bytes bytes;
  appendBigEndian(number, bytes);
  return bytes;
}

/// Reads the eight bytes at `from`.
[[nodiscard]] inline std::int64_t readBigEndian(const char* from) noexcept {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | static_cast<unsigned char>(from[i]);
  return static_cast<std::int64_t>(number);
}

/// nullopt unless there are exactly eight bytes.
[[nodiscard]] inline std::optional<std::int64_t> fromBigEndian(BytesView bytes) noexcept {
  if (bytes.size() != sizeof(std::int64_t)) return std::nullopt;
  return readBigEndian(bytes.data());
}

}  // namespace widgetstream::detail
