#pragma once

#include <cstdint>

#include "widgetstream/core/bytes.hpp"

namespace widgetstream {

/// The hash by which Java producers choose a partition. Source: Kafka's Utils.murmur2; seed 0x9747b28c.
[[nodiscard]] std::int32_t murmur2(BytesView bytes) noexcept;

/// The partition of `key` among `partitions`, as Java's default partitioner chooses it.
[[nodiscard]] inline std::int32_t partitionForKey(BytesView key, std::int32_t partitions) noexcept {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

}  // namespace widgetstream
