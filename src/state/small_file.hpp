#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace widgetstream::detail {

/// The whole file; nullopt if there is none.
///
/// Errors  Error{invalid_config} naming the path and the reason.
[[nodiscard]] std::optional<std::string> readSmallFile(const std::filesystem::path& file);

/// Replaces the file, mode 0600, so that after a crash it is the old one or the new one.
///
/// Errors  Error{invalid_config} naming the path and the reason.
void writeSmallFile(const std::filesystem::path& file, std::string_view text);

}  // namespace widgetstream::detail
