#include "query/http/listener.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "query/http/connection.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::detail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Strand>;
using Timer = asio::basic_waitable_timer<steady_clock, asio::wait_traits<steady_clock>, Strand>;

/// After accept() failed for want of descriptors: trying again at once would spin.
constexpr milliseconds accept_pause{100};

/// How late a deadline may be noticed: an eighth of the shortest, so that none is off by much.
milliseconds expiryInterval(const QueryServerOptions& options) {
  const auto shortest =
      std::min({options.header_timeout, options.request_timeout, options.idle_timeout, options.write_timeout});
  return std::clamp(shortest / 8, milliseconds{2}, milliseconds{250});
}

[[noreturn]] void refuse(const QueryServerOptions& options, const std::string& what, const error_code& reason) {
  throw Error{ErrorKind::invalid_config, "the query server cannot " + what + " " + options.host + ":" +
                                             std::to_string(options.port) + ": " + reason.message() +
                                             "; choose another host or port"};
}

asio::ip::tcp::endpoint resolve(asio::io_context& io, const QueryServerOptions& options) {
  error_code failure;
  const auto literal = asio::ip::make_address(options.host, failure);
  if (!failure) return {literal, options.port};
  asio::ip::tcp::resolver resolver{io};
  const auto found = resolver.resolve(options.host, std::to_string(options.port), failure);
  if (failure || found.empty()) refuse(options, "find the host of", failure);
  return found.begin()->endpoint();
}

}  // namespace

class Listener::Impl {
 public:
  Impl(const QueryServerOptions& options, const Dispatcher& dispatcher, Logger log)
      : options_(options),
        dispatcher_(dispatcher),
        log_(std::move(log)),
        registry_(options.max_connections),
        io_(static_cast<int>(options.threads)),
        strand_(asio::make_strand(io_)),
        acceptor_(strand_),
        pause_(strand_),
        expiry_(strand_) {
    const auto bound = bind();
    port_ = bound.port();
    if (!bound.address().is_loopback()) {
      log_.warning(
          "the query server listens beyond this machine and has no authentication yet: anyone who reaches it "
          "can read the state",
          {{"host", options_.host}, {"port", std::to_string(port_)}});
    }
    asio::co_spawn(strand_, accept(), asio::detached);
    asio::co_spawn(strand_, watchDeadlines(), asio::detached);
    startThreads();
    log_.info("the query server listens", {{"host", options_.host}, {"port", std::to_string(port_)}});
  }

  ~Impl() {
    asio::post(strand_, [this] { stopAccepting(); });
    const std::size_t cut = registry_.closeAll(options_.stop_timeout);
    asio::post(strand_, [this] {
      // The flag too: cancelling does nothing to a wait that is over and whose coroutine has not resumed yet.
      watching_ = false;
      expiry_.cancel();
    });
    threads_.clear();  // joins
    if (cut > 0) log_.warning("the query server cut requests in flight", {{"connections", std::to_string(cut)}});
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  [[nodiscard]] bool isOwnThread() const noexcept {
    const auto self = std::this_thread::get_id();
    return std::any_of(threads_.begin(), threads_.end(),
                       [self](const auto& thread) { return thread.get_id() == self; });
  }

 private:
  asio::ip::tcp::endpoint bind() {
    const auto endpoint = resolve(io_, options_);
    error_code failure;
    acceptor_.open(endpoint.protocol(), failure);
    // Without it a restart within a minute finds the port taken by its own closed connections.
    if (!failure) acceptor_.set_option(asio::socket_base::reuse_address{true}, failure);
    if (!failure) acceptor_.bind(endpoint, failure);
    if (!failure) acceptor_.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) refuse(options_, "listen on", failure);
    return acceptor_.local_endpoint();
  }

  void startThreads() {
    threads_.reserve(options_.threads);
    try {
      while (threads_.size() < options_.threads) threads_.emplace_back([this] { serve(); });
    } catch (const std::system_error& error) {
      io_.stop();  // or those that did start would never be joined
      threads_.clear();
      throw Error{ErrorKind::invalid_config,
                  "the query server cannot start " + std::to_string(options_.threads) + " threads: " + error.what()};
    }
  }

  void serve() {
    while (true) {
      try {
        io_.run();
        return;
      } catch (const std::exception& error) {
        log_.error("the query server goes on after an unexpected failure", {{"reason", error.what()}});
      }
    }
  }

  Task<void> accept() {
    bool complained = false;
    while (!stopping_) {
      error_code failure;
      Socket socket = co_await acceptor_.async_accept(asio::make_strand(io_), asio::redirect_error(as_task, failure));
      if (stopping_) break;
      if (!failure) {
        complained = false;
        admit(std::move(socket));
        continue;
      }
      if (failure == asio::error::connection_aborted) continue;
      if (!std::exchange(complained, true)) {
        log_.error("the query server cannot accept connections", {{"reason", failure.message()}});
      }
      pause_.expires_after(accept_pause);
      co_await pause_.async_wait(asio::redirect_error(as_task, failure));
    }
  }

  void admit(Socket socket) {
    const auto strand = socket.get_executor();
    auto connection = std::make_shared<Connection>(std::move(socket), options_, dispatcher_, registry_);
    switch (registry_.add(connection)) {
      case ConnectionRegistry::Admission::taken:
        asio::co_spawn(
            strand, [connection] { return connection->run(); }, asio::detached);
        break;
      case ConnectionRegistry::Admission::full:
        connection->turnAway();
        break;
      case ConnectionRegistry::Admission::stopping:
        break;
    }
  }

  Task<void> watchDeadlines() {
    const milliseconds interval = expiryInterval(options_);
    while (watching_) {
      error_code cancelled;
      expiry_.expires_after(interval);
      co_await expiry_.async_wait(asio::redirect_error(as_task, cancelled));
      registry_.expire(steady_clock::now());
    }
  }

  void stopAccepting() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

  const QueryServerOptions& options_;
  const Dispatcher& dispatcher_;
  const Logger log_;
  ConnectionRegistry registry_;
  asio::io_context io_;
  Strand strand_;  ///< of everything but the connections
  Acceptor acceptor_;
  Timer pause_;
  Timer expiry_;
  bool stopping_ = false;  // on strand_
  bool watching_ = true;   // on strand_
  std::uint16_t port_ = 0;
  std::vector<std::jthread> threads_;  // last: they use all the rest
};

Listener::Listener(const QueryServerOptions& options, const Dispatcher& dispatcher, Logger log)
    : impl_(std::make_unique<Impl>(options, dispatcher, std::move(log))) {}

Listener::~Listener() = default;

std::uint16_t Listener::port() const noexcept {
  return impl_->port();
}

bool Listener::isOwnThread() const noexcept {
  return impl_->isOwnThread();
}

}  // namespace widgetstream::detail
