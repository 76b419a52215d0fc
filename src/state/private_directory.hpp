#pragma once

#include <filesystem>

namespace widgetstream::detail {

/// Makes the directory and what is missing above it with mode 0700. One that exists keeps its mode.
///
/// Errors  Error{invalid_config} naming path and reason.
void makePrivateDirectories(const std::filesystem::path& directory);

}  // namespace widgetstream::detail
