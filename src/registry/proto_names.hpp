#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream::detail {

/// The name of the message at `path` of a .proto text, "Outer.Inner"; nullopt when the text has none there, or is no
/// .proto text. It reads only as far as names and braces go: the registry has read the rest.
[[nodiscard]] std::optional<std::string> protoMessageName(std::string_view proto, const std::vector<int>& path);

}  // namespace widgetstream::detail
