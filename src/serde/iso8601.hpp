#pragma once

#include <optional>
#include <string_view>

#include "widgetstream/core/timestamp.hpp"

namespace widgetstream::detail {

/// Reads `2026-01-31T12:00:00Z`, with `T` or a space, with or without a fraction of a second (digits beyond
/// milliseconds are dropped), and `Z` or an offset `+01:00`, `+0100`, `+01`; nullopt for anything else, dates that do
/// not exist among it. A time without an offset is nobody's: it is refused.
[[nodiscard]] std::optional<Timestamp> parseIso8601(std::string_view text) noexcept;

}  // namespace widgetstream::detail
