#include "widgetstream/core/murmur2.hpp"

namespace widgetstream {
namespace {

// Bytes, not a cast pointer: keys are not aligned, and the hash reads them little-endian on any machine.
std::uint32_t littleEndian(const unsigned char* bytes) noexcept {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

}  // namespace

std::int32_t murmur2(BytesView bytes) noexcept {
  constexpr std::uint32_t seed = 0x9747b28c;
  constexpr std::uint32_t multiplier = 0x5bd1e995;
  constexpr int shift = 24;

  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  std::uint32_t hash = seed ^ static_cast<std::uint32_t>(left);
  for (; left >= 4; at += 4, left -= 4) {
    std::uint32_t block = littleEndian(at) * multiplier;
    block ^= block >> shift;
    block *= multiplier;
    hash = hash * multiplier ^ block;
  }
  if (left > 0) {
    if (left == 3) hash ^= static_cast<std::uint32_t>(at[2]) << 16;
    if (left >= 2) hash ^= static_cast<std::uint32_t>(at[1]) << 8;
    hash ^= at[0];
    hash *= multiplier;
  }
  hash ^= hash >> 13;
  hash *= multiplier;
  hash ^= hash >> 15;
  return static_cast<std::int32_t>(hash);
}

}  // namespace widgetstream
