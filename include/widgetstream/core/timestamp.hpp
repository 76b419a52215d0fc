#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace widgetstream {

using Milliseconds = std::chrono::milliseconds;

/// A point in time as Kafka knows it: UTC, whole milliseconds since 1970.
using Timestamp = std::chrono::sys_time<Milliseconds>;

/// "Not known": what Kafka writes as -1.
inline constexpr Timestamp no_timestamp{Milliseconds{-1}};

[[nodiscard]] constexpr std::int64_t toMillis(Timestamp at) noexcept { return at.time_since_epoch().count(); }
[[nodiscard]] constexpr Timestamp fromMillis(std::int64_t millis) noexcept { return Timestamp{Milliseconds{millis}}; }

/// `2026-01-31T12:00:00.000Z`: ISO 8601, UTC, always with milliseconds.
[[nodiscard]] std::string toIso8601(Timestamp at);

}  // namespace widgetstream
