#include "widgetstream/core/log.hpp"

#include <cstdio>

#include "widgetstream/core/clock.hpp"

namespace widgetstream {
namespace {

// One entry is one line, whatever an engine or a peer put into it.
void appendOnOneLine(std::string& line, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else {
      line += c;
    }
  }
}

void appendValue(std::string& line, std::string_view value) {
  if (!value.empty() && value.find_first_of(" \"=\t") == std::string_view::npos) {
    appendOnOneLine(line, value);
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    appendOnOneLine(line, std::string_view{&c, 1});
  }
  line += '"';
}

}  // namespace

std::string_view toString(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "unknown";
}

LogSink logToStandardError(LogLevel least) {
  return [least](const LogEntry& entry) {
    if (entry.level < least) return;
    std::string line = toIso8601(systemClock().now());
    line += ' ';
    line += toString(entry.level);
    line += ' ';
    line += entry.room;
    line += ": ";
    appendOnOneLine(line, entry.message);
    for (const auto& [name, value] : entry.fields) {
      line += ' ';
      line += name;
      line += '=';
      appendValue(line, value);
    }
    line += '\n';
    // One call, so that the lines of several threads do not mix.
    std::fwrite(line.data(), 1, line.size(), stderr);
  };
}

}  // namespace widgetstream
