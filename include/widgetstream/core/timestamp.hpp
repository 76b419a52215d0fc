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

namespace detail {

/// std::max and std::min of times, without <algorithm>, which brings all of ranges along.
template <class Time>
[[nodiscard]] constexpr Time later(Time one, Time other) noexcept {
  return one < other ? other : one;
}
template <class Time>
[[nodiscard]] constexpr Time earlier(Time one, Time other) noexcept {
  return other < one ? other : one;
}

}  // namespace detail

/// `2026-01-31T12:00:00.000Z`: ISO 8601, UTC, always with milliseconds.
[[nodiscard]] std::string toIso8601(Timestamp at);

}  // namespace widgetstream
