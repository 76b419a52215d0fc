#pragma once

#include <cstdint>
#include <optional>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream::detail {

/// Zig-zag varints of Kafka: small numbers of either sign in few bytes, least significant seven bits first.
inline void appendVarint(std::int32_t number, Bytes& out) {
  auto rest = (static_cast<std::uint32_t>(number) << 1) ^ static_cast<std::uint32_t>(number >> 31);
  for (; rest >= 0x80; rest >>= 7) out.push_back(static_cast<char>(rest | 0x80));
  out.push_back(static_cast<char>(rest));
}

/// Takes one off the front; nullopt when there is none that fits.
[[nodiscard]] inline std::optional<std::int32_t> takeVarint(BytesView& from) noexcept {
  std::uint32_t number = 0;
  for (int shift = 0; shift < 35 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    number |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return static_cast<std::int32_t>((number >> 1) ^ (~(number & 1) + 1));
  }
  return std::nullopt;
}

}  // namespace widgetstream::detail
