#include "query/http/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/error_code.hpp>
#include <ctime>
#include <span>
#include <utility>

#include "query/http/response_head.hpp"

// g++ 12 cannot see that Asio's coroutine frames are freed by what made them, and warns in sanitizer builds.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace widgetstream::detail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

/// A client that takes less than this within write_timeout is stalled. Bounds what a slow reader can hold for how long.
constexpr std::size_t write_step_bytes = std::size_t{64} << 10;
constexpr std::size_t linger_bytes = std::size_t{64} << 10;
constexpr std::chrono::seconds linger_time{1};
/// A body up to this size is copied behind its head: one short write is cheaper than two buffers.
constexpr std::size_t kept_out_bytes = std::size_t{64} << 10;

}  // namespace

Connection::Connection(Socket socket, const QueryServerOptions& options, const Dispatcher& dispatcher,
                       ConnectionRegistry& registry)
    : socket_(std::move(socket)),
      options_(options),
      dispatcher_(dispatcher),
      registry_(registry),
      reader_(options),
      deadline_(SteadyTime::max().time_since_epoch().count()) {}

SteadyTime Connection::deadline() const noexcept {
  return SteadyTime{SteadyTime::duration{deadline_.load(std::memory_order_relaxed)}};
}

void Connection::setDeadline(SteadyTime at) noexcept {
  deadline_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
}

void Connection::expire() {
  // The client may have acted since the registry looked.
  if (steady_clock::now() < deadline()) return;
  timed_out_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::closeForStop(bool at_once) {
  closing_ = true;
  if (in_flight_ && !at_once) return;
  error_code ignored;
  socket_.close(ignored);
}

void Connection::turnAway() {
  const Response response = Response::error(503, "too_many_connections", "the server has as many clients as it takes");
  appendHead(out_, response, false, std::time(nullptr));
  out_ += response.body;
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.write_some(asio::buffer(out_), ignored);
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

Task<void> Connection::run() {
  const auto self = shared_from_this();
  try {
    co_await serve();
  } catch (...) {
    // Out of memory at worst: this client's connection ends, nobody else's.
  }
  // Off the registry first: a client that sees the end and comes again must not find its own place taken.
  registry_.remove(self);
  error_code ignored;
  socket_.close(ignored);
}

Task<void> Connection::serve() {
  error_code ignored;
  // A response leaves in one piece; waiting for more to say (Nagle) would only delay it.
  socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
  bool first = true;
  while (true) {
    const Next after_reading = co_await readRequest(steady_clock::now(), first);
    if (after_reading == Next::end) co_return;
    const Next after_answering = co_await answerRequest();
    if (after_answering == Next::end) co_return;
    first = false;
  }
}

Task<Connection::Next> Connection::readRequest(SteadyTime since, bool first) {
  using State = RequestReader::State;
  if (reader_.state() == State::idle) {
    // A new connection has nothing to be idle about: who connects and stays silent gets a head's time.
    setDeadline(since + (first ? options_.header_timeout : options_.idle_timeout));
  } else {
    setDeadline(since + options_.header_timeout);
  }
  while (true) {
    const State before = reader_.state();
    in_flight_ = before != State::idle;
    if (before == State::complete) co_return Next::request;
    if (before == State::refused) {
      co_await sendRefusal(reader_.refusal());
      co_return Next::end;
    }
    if (before == State::body) {
      setDeadline(since + options_.request_timeout);
      if (reader_.takeContinue()) {
        const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        if (!sent) co_return Next::end;
        setDeadline(since + options_.request_timeout);
      }
    }
    if (closing_ && before == State::idle) co_return Next::end;

    const std::span<char> space = reader_.space();
    error_code failure;
    const std::size_t bytes = co_await socket_.async_read_some(asio::buffer(space.data(), space.size()),
                                                               asio::redirect_error(as_task, failure));
    if (timed_out_ && before != State::idle) {
      co_await sendRefusal(Response::error(408, "timeout", "the request took too long to arrive"));
      co_return Next::end;
    }
    if (failure || timed_out_) co_return Next::end;
    if (before == State::idle) {
      since = first ? since : steady_clock::now();
      setDeadline(since + options_.header_timeout);
    }
    (void)reader_.received(bytes);
  }
}

Task<Connection::Next> Connection::answerRequest() {
  // A handler's time is not the client's.
  noDeadline();
  Message message = reader_.take();
  const bool is_head = message.method == "HEAD";
  const bool client_stays = message.keep_alive;
  const Response response = dispatcher_.answer(std::move(message));
  const bool keep_alive =
      ++requests_ < options_.max_requests_per_connection && client_stays && !closing_ && !registry_.stopping();
  const bool sent = co_await send(response, keep_alive, !is_head);
  co_return sent&& keep_alive ? Next::request : Next::end;
}

Task<void> Connection::sendRefusal(Response refusal) {
  timed_out_ = false;
  const bool sent = co_await send(refusal, false, true);
  if (sent) co_await linger();
}

Task<bool> Connection::send(const Response& response, bool keep_alive, bool with_body) {
  out_.clear();
  if (out_.capacity() > 2 * kept_out_bytes) std::string{}.swap(out_);
  appendHead(out_, response, keep_alive, std::time(nullptr));
  const bool has_body = with_body && !hasNoBody(response.status);
  if (!has_body) co_return co_await write(out_);
  if (out_.size() + response.body.size() <= kept_out_bytes) {
    out_ += response.body;
    co_return co_await write(out_);
  }
  const bool head_sent = co_await write(out_);
  if (!head_sent) co_return false;
  co_return co_await write(response.body);
}

Task<bool> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    setDeadline(steady_clock::now() + options_.write_timeout);
    std::size_t step = std::min(bytes.size(), write_step_bytes);
    while (step > 0) {
      error_code failure;
      const std::size_t written =
          co_await socket_.async_write_some(asio::buffer(bytes.data(), step), asio::redirect_error(as_task, failure));
      if (failure || timed_out_) co_return false;
      bytes.remove_prefix(written);
      step -= written;
    }
  }
  co_return true;
}

Task<void> Connection::linger() {
  in_flight_ = false;
  setDeadline(steady_clock::now() + linger_time);
  error_code failure;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, failure);
  std::array<char, 4096> unread;  // NOLINT: its content is thrown away
  for (std::size_t total = 0; total < linger_bytes && !failure && !timed_out_ && !closing_;) {
    const std::size_t bytes =
        co_await socket_.async_read_some(asio::buffer(unread), asio::redirect_error(as_task, failure));
    total += bytes;
  }
}

ConnectionRegistry::Admission ConnectionRegistry::add(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock{mutex_};
  if (stopping()) return Admission::stopping;
  if (connections_.size() >= most_) return Admission::full;
  connections_.insert(connection);
  return Admission::taken;
}

void ConnectionRegistry::remove(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock{mutex_};
  connections_.erase(connection);
  // Under the lock: closeAll() may return, and the registry die, as soon as it can see that none is left.
  if (connections_.empty()) emptied_.notify_all();
}

void ConnectionRegistry::expire(SteadyTime now) {
  const std::lock_guard lock{mutex_};
  for (const auto& connection : connections_) {
    if (now < connection->deadline()) continue;
    asio::post(connection->strand(), [connection] { connection->expire(); });
  }
}

std::size_t ConnectionRegistry::closeAll(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  stopping_.store(true, std::memory_order_relaxed);
  const auto none_left = [this] { return connections_.empty(); };
  tellAll(false);
  if (emptied_.wait_for(lock, patience, none_left)) return 0;
  const std::size_t cut = connections_.size();
  tellAll(true);
  emptied_.wait(lock, none_left);
  return cut;
}

void ConnectionRegistry::tellAll(bool at_once) {
  for (const auto& connection : connections_) {
    asio::post(connection->strand(), [connection, at_once] { connection->closeForStop(at_once); });
  }
}

}  // namespace widgetstream::detail
