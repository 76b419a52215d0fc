#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "query/http/dispatcher.hpp"
#include "widgetstream/core/log.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream::detail {

/// Sockets and threads: accepts clients and lets each be served with the dispatcher. Asio is behind this door.
///
/// Threads  the owner's; isOwnThread() from any.
class Listener {
 public:
  /// Binds and begins to serve. Options and dispatcher must outlive the listener.
  /// Errors  Error{invalid_config} naming host and port when they cannot be bound.
  Listener(const QueryServerOptions& options, const Dispatcher& dispatcher, Logger log);
  /// Lets requests in flight finish until stop_timeout, cuts the rest, joins the threads.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;

  /// True when the caller runs on one of the listener's threads, as a handler does.
  [[nodiscard]] bool isOwnThread() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace widgetstream::detail
