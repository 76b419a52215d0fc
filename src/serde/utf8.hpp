#pragma once

#include <cstddef>
#include <string_view>

namespace widgetstream::detail {

/// The size of the UTF-8 sequence that `text` begins with, which is not empty; 0 when it is none: cut, overlong, a
/// surrogate or beyond U+10FFFF. Source: Unicode 15, table 3-7.
[[nodiscard]] std::size_t utf8SequenceSize(std::string_view text) noexcept;

/// The longest beginning of `text` of at most `most` bytes that does not cut a character.
[[nodiscard]] std::string_view utf8Prefix(std::string_view text, std::size_t most) noexcept;

}  // namespace widgetstream::detail
