#include "widgetstream/runtime/properties_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\f";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// An odd number of backslashes at the end: the next line goes on with this one.
bool continues(const std::string& line) {
  const std::size_t last = line.find_last_not_of('\\');
  return (line.size() - (last == std::string::npos ? 0 : last + 1)) % 2 == 1;
}

}  // namespace

std::map<std::string, std::string> readPropertiesFile(const std::filesystem::path& file) {
  std::ifstream in{file};
  std::map<std::string, std::string> properties;
  if (!in || std::filesystem::is_directory(file)) {
    const int cause = std::filesystem::is_directory(file) ? EISDIR : errno;
    throw Error{ErrorKind::invalid_config,
                "cannot read the configuration file " + file.string() + ": " + std::strerror(cause)};
  }
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    const std::size_t first_number = ++number;
    line = trimmed(line);
    if (line.empty() || line.front() == '#' || line.front() == '!') continue;
    for (std::string next; continues(line) && std::getline(in, next); ++number) {
      line.pop_back();
      line += trimmed(next);
    }
    const std::size_t equals = line.find_first_of("=:");
    const std::string name = trimmed(line.substr(0, equals));
    if (equals == std::string::npos || name.empty()) {
      // The line is not quoted: it may be a secret without its name.
      throw Error{ErrorKind::invalid_config,
                  file.string() + ", line " + std::to_string(first_number) + ": expected name=value"};
    }
    properties[name] = trimmed(line.substr(equals + 1));
  }
  return properties;
}

}  // namespace widgetstream
