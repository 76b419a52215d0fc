#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace widgetstream {

/// Reads a file of `name=value` lines as Java's properties files have them: blank lines and those that begin with # or
/// ! are comments, blanks around name and value do not count, a backslash at the end continues the line, and a name
/// that comes twice has its last value.
///
/// Errors  Error{invalid_config} naming the file, for one that cannot be read, and the line, for one without a `=`.
[[nodiscard]] std::map<std::string, std::string> readPropertiesFile(const std::filesystem::path& file);

}  // namespace widgetstream
