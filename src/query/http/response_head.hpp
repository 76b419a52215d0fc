#pragma once

#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "widgetstream/query/http.hpp"

namespace widgetstream::detail {

/// Why this response cannot be sent: a status out of range, or a header that would break the head or is the server's
/// own. nullopt when all is well.
[[nodiscard]] std::optional<std::string> flawOf(const Response& response);

/// Appends status line and headers up to the blank line. `response` has no flaw.
void appendHead(std::string& out, const Response& response, bool keep_alive, std::time_t now);

/// True when this status never has a body.
[[nodiscard]] constexpr bool hasNoBody(int status) noexcept {
  return status == 204 || status == 304;
}

}  // namespace widgetstream::detail
