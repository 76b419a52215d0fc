#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace widgetstream {

enum class LogLevel { debug, info, warning, error };

[[nodiscard]] std::string_view toString(LogLevel level) noexcept;

/// One line for the log. The views die when the call returns.
struct LogEntry {
  LogLevel level;
  std::string_view room;  ///< the part of the library that speaks: "runtime", "state", "kafka", ...
  std::string_view message;
  /// Details as name and value, for logs that machines read.
  std::vector<std::pair<std::string_view, std::string>> fields;
};

/// Receives every line of the library and of the engines below it. An empty function is silence.
///
/// Threads  called from any thread, several at once; must not throw.
using LogSink = std::function<void(const LogEntry&)>;

/// Writes `2026-01-31T12:00:00.000Z info runtime: message name=value` lines to standard error, from `least` up.
[[nodiscard]] LogSink logToStandardError(LogLevel least = LogLevel::info);

/// A sink bound to one room: what the library's own parts hold.
class Logger {
 public:
  using Fields = std::vector<std::pair<std::string_view, std::string>>;

  Logger() = default;
  Logger(LogSink sink, std::string room) : sink_(std::move(sink)), room_(std::move(room)) {}

  void debug(std::string_view message, Fields fields = {}) const { write(LogLevel::debug, message, std::move(fields)); }
  void info(std::string_view message, Fields fields = {}) const { write(LogLevel::info, message, std::move(fields)); }
  void warning(std::string_view message, Fields fields = {}) const { write(LogLevel::warning, message, std::move(fields)); }
  void error(std::string_view message, Fields fields = {}) const { write(LogLevel::error, message, std::move(fields)); }

  [[nodiscard]] Logger forRoom(std::string room) const { return Logger{sink_, std::move(room)}; }
  [[nodiscard]] const LogSink& sink() const noexcept { return sink_; }

 private:
  void write(LogLevel level, std::string_view message, Fields fields) const {
    if (sink_) sink_(LogEntry{level, room_, message, std::move(fields)});
  }

  LogSink sink_;
  std::string room_;
};

}  // namespace widgetstream
