#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "widgetstream/core/log.hpp"
#include "widgetstream/query/http.hpp"

namespace widgetstream {

class KafkaStreams;

/// Where the query server listens and what it lets a client take. Every limit holds from the first byte.
struct QueryServerOptions {
  /// An address or a name of this machine. Anything but a loopback address is reachable from elsewhere and logs a
  /// warning, because the server has no authentication yet.
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0 takes any free one; port() tells which

  /// Threads that read, answer and write. A handler keeps its thread until it returns: raise this when handlers are
  /// slow, or others wait behind them.
  std::size_t threads = 1;

  std::size_t max_request_line_bytes = std::size_t{8} << 10;  ///< method, target and version; more is a 414
  std::size_t max_header_bytes = std::size_t{16} << 10;       ///< all header lines together; more is a 431
  std::size_t max_header_fields = 64;                         ///< more is a 431
  std::size_t max_body_bytes = std::size_t{64} << 10;         ///< more is a 413, and the rest is not read

  std::chrono::milliseconds header_timeout{5'000};    ///< from connecting, or a request's first byte, to its blank line
  std::chrono::milliseconds request_timeout{15'000};  ///< from a request's first byte to the last of its body
  std::chrono::milliseconds idle_timeout{30'000};     ///< from a response to the next request's first byte
  std::chrono::milliseconds write_timeout{10'000};    ///< for the client to take the next 64 KiB of a response

  std::size_t max_connections = 4096;              ///< at once; one more gets a 503 and is closed
  std::size_t max_requests_per_connection = 1000;  ///< then the response closes it, so that clients spread out again

  std::chrono::milliseconds stop_timeout{5'000};  ///< for requests in flight when stop() is called

  LogSink log{};
};

/// An HTTP/1.1 server for reading state: GET and HEAD, exact routes, JSON answers.
///
/// Routes   `/healthz`, `/readyz` and `/metrics` are the server's own. Errors are
///          `{"error":{"code":"not_found","message":"..."}}`. What a handler throws becomes a response by its kind:
///          Error{not_available} a 503 with Retry-After, Error{invalid_argument} a 400, both with its message; anything
///          else a 500 that tells the client nothing and the log everything.
/// Threads  handlers and the functions given below run on the server's threads, several at once if there are several,
///          from start() until stop() returns. Everything else belongs to the thread that owns the server.
/// Errors   the constructor throws Error{invalid_config} naming the option that has no sense.
class QueryServer {
 public:
  using Handler = std::function<Response(const Request&)>;

  explicit QueryServer(QueryServerOptions options = {});
  /// With `/healthz`, `/readyz` and `/metrics` of an application, which must outlive the server: healthy unless it has
  /// ended in an error, ready when every store of its own is restored.
  explicit QueryServer(KafkaStreams& app, QueryServerOptions options = {});
  /// Stops.
  ~QueryServer();
  QueryServer(QueryServer&&) noexcept;
  QueryServer& operator=(QueryServer&&) noexcept;

  /// Answers GET and HEAD of a path. A segment of `pattern` is literal text, or `{name}`, which matches any one
  /// segment that is not empty: "/orders/{customerId}". A trailing slash is another path.
  /// Errors  Error{invalid_argument} when the pattern is malformed, when some path would match it and another one too,
  ///         or when the server has been started.
  void get(std::string_view pattern, Handler handler);

  /// False turns `/healthz` from 200 `{"status":"ok"}` into a 503 `failed`: restart this process.
  /// Without it, a server that answers is healthy.
  void onHealth(std::function<bool()> healthy);

  /// `/readyz`: 200 `{"status":"..."}` with the state when true, 503 `not_ready` with it as its message when false.
  /// Without it, a server that answers is ready.
  void onReady(std::function<std::pair<bool, std::string>()> ready);

  /// The text of `/metrics` in the format of Prometheus, version 0.0.4. Without it the path is a 404.
  void onMetrics(std::function<std::string()> metrics);

  /// Binds and begins to answer. Once in a server's life.
  /// Errors  Error{invalid_config} naming host and port when they cannot be bound; Error{invalid_argument} when it was
  ///         started before.
  void start();

  /// The port that is bound; the one of the options before start().
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Takes no more connections, lets requests in flight finish until stop_timeout, then cuts them. Idempotent. Waits
  /// for handlers to return, however long they take.
  /// Errors  Error{invalid_argument} when a handler calls it: it would wait for itself.
  void stop();

  /// What the server would send for this target ("/orders/Fred?limit=2"), found in the calling thread and without a
  /// socket. For tests of handlers.
  [[nodiscard]] Response answer(std::string_view target, std::string_view method = "GET") const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace widgetstream
