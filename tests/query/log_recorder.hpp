#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "widgetstream/core/log.hpp"

namespace widgetstream {

/// Keeps every line a test's server logs. Must outlive the server.
class LogRecorder {
 public:
  LogSink sink() {
    return [this](const LogEntry& entry) {
      std::string line = std::string{toString(entry.level)} + " " + std::string{entry.message};
      for (const auto& [name, value] : entry.fields) line += " " + std::string{name} + "=" + value;
      const std::lock_guard lock{mutex_};
      lines_.push_back(std::move(line));
    };
  }

  [[nodiscard]] bool has(std::string_view text) const {
    const std::lock_guard lock{mutex_};
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;  // guarded by mutex_
};

}  // namespace widgetstream
