#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream {

/// What to run, and how.
struct ProcessOptions {
  std::vector<std::string> command;                ///< the program, looked up in PATH, and its arguments
  std::filesystem::path output;                    ///< receives standard output; appended to
  std::filesystem::path error_output;              ///< receives standard error; empty: the same file as `output`
  std::map<std::string, std::string> environment;  ///< added to this process's own
  std::filesystem::path working_directory;         ///< empty: this process's own
};

/// How a process ended.
struct ProcessExit {
  int code = -1;   ///< what it returned; -1 if a signal ended it
  int signal = 0;  ///< the signal that ended it, or 0

  bool operator==(const ProcessExit&) const = default;
};

/// A child process that does not outlive this object, nor the thread that made it. Its standard input is empty.
///
/// Errors   std::system_error when it cannot be started
/// Threads  one at a time; the kernel kills the child when the thread that made it ends, so make it in the main thread
class Process {
 public:
  explicit Process(const ProcessOptions& options);
  /// Kills the process if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool running();
  void signal(int number);

  /// Waits until the process has ended; nullopt if it still runs after `timeout`.
  [[nodiscard]] std::optional<ProcessExit> wait(std::chrono::milliseconds timeout = std::chrono::seconds{30});
  /// Asks it to end with `number`; kills it, and says so with signal 9, when it has not after `timeout`.
  ProcessExit end(int number = SIGTERM, std::chrono::milliseconds timeout = std::chrono::seconds{30});

  /// What it has written to standard output so far.
  [[nodiscard]] std::string output() const;
  /// What it has written to standard error so far (the same as output() when they share a file).
  [[nodiscard]] std::string errorOutput() const;
  /// Waits until its standard output contains `text`; false if it ended or `timeout` passed before.
  [[nodiscard]] bool waitForOutput(std::string_view text, std::chrono::milliseconds timeout = std::chrono::seconds{30});

  /// What it has used of processors so far, in the program and in the kernel; 0 when it has ended.
  [[nodiscard]] std::chrono::milliseconds processorTime() const;
  /// Resident memory in bytes; 0 when it has ended.
  [[nodiscard]] std::size_t residentBytes() const;

 private:
  pid_t pid_ = -1;
  std::optional<ProcessExit> exit_;
  std::filesystem::path output_;
  std::filesystem::path error_output_;
};

/// The whole of a file; empty if there is none.
[[nodiscard]] std::string readFile(const std::filesystem::path& path);

/// A TCP port of 127.0.0.1 that nobody listens on, outside the range the kernel gives to outgoing connections: a server
/// may therefore stop and come back on it.
[[nodiscard]] int freePort();

}  // namespace widgetstream
