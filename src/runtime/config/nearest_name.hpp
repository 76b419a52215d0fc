#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream {

/// How many letters must be added, dropped or replaced to make one of the other.
[[nodiscard]] std::size_t editDistance(std::string_view one, std::string_view other);

/// The candidate that `name` was probably meant to be; nullopt when none is near.
[[nodiscard]] std::optional<std::string> nearestName(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace widgetstream
