#include "widgetstream/core/murmur3.hpp"

#include <bit>
#include <cstddef>

namespace widgetstream {
namespace {

constexpr std::uint64_t seed = 104729;
constexpr std::uint64_t first_factor = 0x87c37b91114253d5;
constexpr std::uint64_t second_factor = 0x4cf5ad432745937f;

/// Up to eight bytes, little-endian on any machine.
std::uint64_t littleEndian(const unsigned char* bytes, std::size_t count) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
  return number;
}

std::uint64_t mixedFirst(std::uint64_t block) noexcept { return std::rotl(block * first_factor, 31) * second_factor; }
std::uint64_t mixedSecond(std::uint64_t block) noexcept { return std::rotl(block * second_factor, 33) * first_factor; }

std::uint64_t finished(std::uint64_t hash) noexcept {
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53;
  return hash ^ hash >> 33;
}

}  // namespace

Hash128 murmur3(BytesView bytes) noexcept {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  std::uint64_t first = seed;
  std::uint64_t second = seed;
  for (; left >= 16; at += 16, left -= 16) {
    first = (std::rotl(first ^ mixedFirst(littleEndian(at, 8)), 27) + second) * 5 + 0x52dce729;
    second = (std::rotl(second ^ mixedSecond(littleEndian(at + 8, 8)), 31) + first) * 5 + 0x38495ab5;
  }
  if (left > 8) second ^= mixedSecond(littleEndian(at + 8, left - 8));
  if (left > 0) first ^= mixedFirst(littleEndian(at, left < 8 ? left : 8));

  first ^= bytes.size();
  second ^= bytes.size();
  first += second;
  second += first;
  first = finished(first);
  second = finished(second);
  first += second;
  second += first;
  return {first, second};
}

}  // namespace widgetstream
