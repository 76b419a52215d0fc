#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace widgetstream::detail {

/// True when `text` is well-formed UTF-8: no overlong form, no surrogate, nothing above U+10FFFF (RFC 3629).
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// Compares ASCII letters without case, as names of HTTP headers are.
[[nodiscard]] bool equalsIgnoringCase(std::string_view left, std::string_view right) noexcept;

/// One pass of percent-decoding; nullopt when a percent sign is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percentDecode(std::string_view encoded);

/// `text` as a JSON string with its quotes. What is not UTF-8 becomes question marks.
[[nodiscard]] std::string quoteJson(std::string_view text);

}  // namespace widgetstream::detail
