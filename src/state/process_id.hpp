#pragma once

#include <filesystem>
#include <string>

#include "widgetstream/core/log.hpp"

namespace widgetstream::detail {

/// The process id in Java's file `kafka-streams-process-metadata`, which is made when missing or unreadable. Fields
/// that are not ours stay.
[[nodiscard]] std::string loadOrMakeProcessId(const std::filesystem::path& application_directory, const Logger& log);

}  // namespace widgetstream::detail
