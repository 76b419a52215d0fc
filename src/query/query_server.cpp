#include "widgetstream/query/query_server.hpp"

#include <utility>

#include "query/http/dispatcher.hpp"
#include "query/http/listener.hpp"
#include "query/http/text.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

constexpr std::size_t most_threads = 256;

template <class T>
void requireAtLeast(std::string_view name, T value, T least) {
  if (value >= least) return;
  throw Error{ErrorKind::invalid_config, "the query server's option " + std::string{name} + " is too small"};
}

QueryServerOptions checked(QueryServerOptions options) {
  using std::chrono::milliseconds;
  requireAtLeast<std::size_t>("threads", options.threads, 1);
  if (options.threads > most_threads) {
    throw Error{ErrorKind::invalid_config, "the query server's option threads is over " + std::to_string(most_threads)};
  }
  requireAtLeast<std::size_t>("max_request_line_bytes", options.max_request_line_bytes, 64);
  requireAtLeast<std::size_t>("max_header_bytes", options.max_header_bytes, 64);
  requireAtLeast<std::size_t>("max_header_fields", options.max_header_fields, 1);
  requireAtLeast<std::size_t>("max_connections", options.max_connections, 1);
  requireAtLeast<std::size_t>("max_requests_per_connection", options.max_requests_per_connection, 1);
  requireAtLeast("header_timeout", options.header_timeout, milliseconds{1});
  requireAtLeast("request_timeout", options.request_timeout, milliseconds{1});
  requireAtLeast("idle_timeout", options.idle_timeout, milliseconds{1});
  requireAtLeast("write_timeout", options.write_timeout, milliseconds{1});
  requireAtLeast("stop_timeout", options.stop_timeout, milliseconds{0});
  return options;
}

Response ok(std::string_view status) {
  return Response::json("{\"status\":" + detail::quoteJson(status) + "}");
}

}  // namespace

class QueryServer::Impl {
 public:
  explicit Impl(QueryServerOptions options)
      : options_(checked(std::move(options))), log_(options_.log, "query"), dispatcher_(log_) {
    dispatcher_.router().add("/healthz", [this](const Request&) { return health(); });
    dispatcher_.router().add("/readyz", [this](const Request&) { return readiness(); });
    dispatcher_.router().add("/metrics", [this](const Request&) { return metrics(); });
  }

  void start() {
    requireNotStarted("start()");
    listener_ = std::make_unique<detail::Listener>(options_, dispatcher_, log_);
    port_ = listener_->port();
    started_ = true;
  }

  void stop() {
    if (!listener_) return;
    if (listener_->isOwnThread()) {
      throw Error{ErrorKind::invalid_argument, "QueryServer::stop() was called by a handler, for which it would wait"};
    }
    listener_.reset();
  }

  void requireNotStarted(std::string_view call) const {
    if (!started_) return;
    throw Error{ErrorKind::invalid_argument, "QueryServer: " + std::string{call} + " comes too late, it was started"};
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return started_ ? port_ : options_.port; }
  [[nodiscard]] detail::Dispatcher& dispatcher() noexcept { return dispatcher_; }

  std::function<bool()> healthy;
  std::function<std::pair<bool, std::string>()> ready;
  std::function<std::string()> metrics_text;

 private:
  [[nodiscard]] Response health() const {
    const bool is_healthy = !healthy || healthy();
    return is_healthy ? ok("ok") : Response::error(503, "failed", "the application has failed; its log says why");
  }

  [[nodiscard]] Response readiness() const {
    if (!ready) return ok("ready");
    const auto [is_ready, name] = ready();
    return is_ready ? ok(name) : Response::error(503, "not_ready", name);
  }

  [[nodiscard]] Response metrics() const {
    if (!metrics_text) return Response::error(404, "not_found", "this server has no metrics");
    Response response = Response::text(metrics_text());
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return response;
  }

  const QueryServerOptions options_;
  const Logger log_;
  detail::Dispatcher dispatcher_;
  bool started_ = false;
  std::uint16_t port_ = 0;
  std::unique_ptr<detail::Listener> listener_;  // last: its threads use all the rest
};

QueryServer::QueryServer(QueryServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

QueryServer::~QueryServer() = default;
QueryServer::QueryServer(QueryServer&&) noexcept = default;
QueryServer& QueryServer::operator=(QueryServer&&) noexcept = default;

void QueryServer::get(std::string_view pattern, Handler handler) {
  impl_->requireNotStarted("get()");
  impl_->dispatcher().router().add(pattern, std::move(handler));
}

void QueryServer::onHealth(std::function<bool()> healthy) {
  impl_->requireNotStarted("onHealth()");
  impl_->healthy = std::move(healthy);
}

void QueryServer::onReady(std::function<std::pair<bool, std::string>()> ready) {
  impl_->requireNotStarted("onReady()");
  impl_->ready = std::move(ready);
}

void QueryServer::onMetrics(std::function<std::string()> metrics) {
  impl_->requireNotStarted("onMetrics()");
  impl_->metrics_text = std::move(metrics);
}

void QueryServer::start() {
  impl_->start();
}

std::uint16_t QueryServer::port() const noexcept {
  return impl_->port();
}

void QueryServer::stop() {
  impl_->stop();
}

Response QueryServer::answer(std::string_view target, std::string_view method) const {
  return impl_->dispatcher().answer({std::string{method}, std::string{target}, {}, {}, true});
}

}  // namespace widgetstream
