#pragma once

#include <functional>
#include <memory>

namespace widgetstream {

/// Turns SIGINT and SIGTERM into a function call on a thread of its own, where everything is allowed that is not in a
/// signal handler.
///
/// Order    make it in main() before any other thread: threads inherit that the signals are blocked. Another signal
///          while the function runs ends the process at once, for whoever presses Ctrl-C twice means it.
/// Threads  wait() from any thread.
///
/// ```
/// ShutdownSignals signals;
/// app.start();
/// signals.wait();
/// app.close();
/// ```
class ShutdownSignals {
 public:
  /// `on_signal` is called once, with the signal's number.
  explicit ShutdownSignals(std::function<void(int signal)> on_signal = {});
  ~ShutdownSignals();
  ShutdownSignals(const ShutdownSignals&) = delete;
  ShutdownSignals& operator=(const ShutdownSignals&) = delete;

  /// Waits for a signal or request(); the signal's number, 0 for request().
  int wait();
  /// Ends wait() without a signal: the application itself wants to end.
  void request();
  [[nodiscard]] bool requested() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace widgetstream
