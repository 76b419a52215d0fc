#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "widgetstream/runtime/application_reset.hpp"

namespace CLI {
class App;
}

/// `widgetstream reset`: shows what a reset of an application would do, or does it.
class ResetCommand {
 public:
  explicit ResetCommand(CLI::App& program);

  /// True when the user gave this command.
  [[nodiscard]] bool given() const;
  /// Runs it and tells `out`. Errors  widgetstream::Error.
  void run(std::ostream& out) const;

 private:
  [[nodiscard]] widgetstream::ApplicationResetOptions options() const;

  CLI::App* command_;
  std::string application_id_;
  std::string bootstrap_servers_;
  std::string config_file_;
  std::string input_topics_;
  std::string internal_topics_;
  std::string state_dir_;
  std::string to_datetime_;
  std::string by_duration_;
  std::int64_t to_offset_ = 0;
  std::int64_t shift_by_ = 0;
  bool to_earliest_ = false;
  bool to_latest_ = false;
  bool execute_ = false;
  bool force_ = false;
};
