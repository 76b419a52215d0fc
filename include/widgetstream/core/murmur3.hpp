#pragma once

#include <cstdint>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {

struct Hash128 {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  friend bool operator==(const Hash128&, const Hash128&) = default;
};

/// MurmurHash3, x64 128 bits, with the seed of Kafka Streams, 104729: how the sides of a foreign-key join tell whether
/// they speak of the same value.
[[nodiscard]] Hash128 murmur3(BytesView bytes) noexcept;

}  // namespace widgetstream
