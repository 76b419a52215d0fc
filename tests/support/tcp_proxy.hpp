#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace widgetstream {

/// A bad network on 127.0.0.1: what connects to it is carried to another port, slowly, in part, or not at all, as a test
/// says. Changes count for connections that are open too.
///
/// Errors   std::runtime_error when its port is taken
/// Threads  any; it carries in a thread of its own
class TcpProxy {
 public:
  TcpProxy(std::uint16_t port, std::uint16_t target);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  /// Connections are taken and nothing is carried either way, until carry().
  void stall();
  void carry();
  /// Ends every connection, as by a machine that has lost its memory (RST).
  void cut();
  /// Ends each connection after a number of bytes between `least` and `most`, drawn anew for each from `seed`. 0 and 0
  /// ends none.
  void cutAfter(std::size_t least, std::size_t most, std::uint32_t seed);
  /// Each piece of up to 64 KiB takes `latency`, give or take `jitter`, and its size by `bytes_per_second` (0: no
  /// limit) more.
  void delay(std::chrono::milliseconds latency, std::chrono::milliseconds jitter = {}, std::size_t bytes_per_second = 0);

  /// How many connections it has ended by cutAfter() so far.
  [[nodiscard]] std::size_t cuts() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace widgetstream
