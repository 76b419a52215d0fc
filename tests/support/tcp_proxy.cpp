#include "tests/support/tcp_proxy.hpp"

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <limits>
#include <random>
#include <set>
#include <thread>

namespace widgetstream {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

tcp::endpoint local(std::uint16_t port) { return {asio::ip::make_address("127.0.0.1"), port}; }

/// The two ends of one connection.
struct Pair {
  explicit Pair(tcp::socket accepted) : client(std::move(accepted)), server(client.get_executor()) {}

  void reset() {
    for (tcp::socket* const end : {&client, &server}) {
      error_code ignored;
      end->set_option(asio::socket_base::linger(true, 0), ignored);
      end->close(ignored);
    }
  }
  void close() {
    error_code ignored;
    client.close(ignored);
    server.close(ignored);
  }

  tcp::socket client;
  tcp::socket server;
  std::size_t left = unlimited;  ///< bytes until it is cut
};

}  // namespace

/// All but the counter belongs to the thread that carries.
struct TcpProxy::State {
  State(std::uint16_t port, std::uint16_t to) : target(to), acceptor(io, local(port)), stalled_until(io) {
    stalled_until.expires_at(asio::steady_timer::time_point::min());
    asio::co_spawn(io, accept(), asio::detached);
    carrier = std::thread{[this] { io.run(); }};
  }
  ~State() {
    io.stop();
    carrier.join();
  }

  asio::awaitable<void> accept() {
    for (;;) {
      error_code error;
      tcp::socket accepted = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error) {  // no file is free, most likely
        asio::steady_timer pause{io, milliseconds{10}};
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      asio::co_spawn(io, carryAll(std::make_shared<Pair>(std::move(accepted))), asio::detached);
    }
  }

  asio::awaitable<void> carryAll(std::shared_ptr<Pair> pair) {
    error_code error;
    co_await pair->server.async_connect(local(target), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return pair->close();
    if (most > 0) pair->left = std::uniform_int_distribution<std::size_t>{least, most}(random);
    pairs.insert(pair);
    asio::co_spawn(io, carryOneWay(pair, pair->client, pair->server), asio::detached);
    co_await carryOneWay(pair, pair->server, pair->client);
    pairs.erase(pair);
  }

  asio::awaitable<void> carryOneWay(std::shared_ptr<Pair> pair, tcp::socket& from, tcp::socket& to) {
    std::vector<char> piece(64 * 1024);
    for (;;) {
      error_code error;
      std::size_t size =
          co_await from.async_read_some(asio::buffer(piece), asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      co_await wait(size);
      size = std::min(size, pair->left);
      if (pair->left != unlimited) pair->left -= size;
      co_await asio::async_write(to, asio::buffer(piece.data(), size), asio::redirect_error(asio::use_awaitable, error));
      if (error) break;
      if (pair->left == 0 && pair->client.is_open()) {
        ++cut_by_size;
        co_return pair->reset();
      }
    }
    pair->close();
  }

  /// As long as a piece of `size` takes.
  asio::awaitable<void> wait(std::size_t size) {
    error_code ignored;
    microseconds takes = latency;
    if (jitter.count() > 0) takes += milliseconds{std::uniform_int_distribution<std::int64_t>{-jitter.count(), jitter.count()}(random)};
    if (bytes_per_second > 0) takes += microseconds{size * 1'000'000 / bytes_per_second};
    if (takes.count() > 0) {
      asio::steady_timer timer{io, takes};
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    while (stalled) co_await stalled_until.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  std::uint16_t target;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  asio::steady_timer stalled_until;  ///< ends when carrying begins again
  bool stalled = false;
  milliseconds latency{0};
  milliseconds jitter{0};
  std::size_t bytes_per_second = 0;
  std::size_t least = 0;
  std::size_t most = 0;
  std::mt19937 random;
  std::set<std::shared_ptr<Pair>> pairs;
  std::atomic<std::size_t> cut_by_size{0};
  std::thread carrier;
};

TcpProxy::TcpProxy(std::uint16_t port, std::uint16_t target) : state_(std::make_unique<State>(port, target)) {}
TcpProxy::~TcpProxy() = default;

void TcpProxy::stall() {
  asio::post(state_->io, [state = state_.get()] {
    state->stalled = true;
    state->stalled_until.expires_at(asio::steady_timer::time_point::max());
  });
}

void TcpProxy::carry() {
  asio::post(state_->io, [state = state_.get()] {
    state->stalled = false;
    state->stalled_until.cancel();
  });
}

void TcpProxy::cut() {
  asio::post(state_->io, [state = state_.get()] {
    for (const auto& pair : state->pairs) pair->reset();
  });
}

void TcpProxy::cutAfter(std::size_t least, std::size_t most, std::uint32_t seed) {
  asio::post(state_->io, [=, state = state_.get()] {
    state->least = least;
    state->most = most;
    state->random.seed(seed);
    for (const auto& pair : state->pairs)
      pair->left = most == 0 ? unlimited : std::uniform_int_distribution<std::size_t>{least, most}(state->random);
  });
}

void TcpProxy::delay(milliseconds latency, milliseconds jitter, std::size_t bytes_per_second) {
  asio::post(state_->io, [=, state = state_.get()] {
    state->latency = latency;
    state->jitter = jitter;
    state->bytes_per_second = bytes_per_second;
  });
}

std::size_t TcpProxy::cuts() const noexcept { return state_->cut_by_size; }

}  // namespace widgetstream
