#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "query/http/dispatcher.hpp"
#include "query/http/request_reader.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream::detail {

/// Each connection is a strand, so its coroutine, its deadline and its closing never meet, whatever the thread.
/// The types are spelled out because Asio's type-erased executor costs a virtual call at every step.
using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using SteadyTime = std::chrono::steady_clock::time_point;
template <class T>
using Task = boost::asio::awaitable<T, Strand>;
inline constexpr boost::asio::use_awaitable_t<Strand> as_task{};

class ConnectionRegistry;

/// One client: reads a request, answers it, begins again.
///
/// Time     the connection only says until when the client must act; ConnectionRegistry::expire() holds it to that, so
///          a request costs no timer.
/// Threads  run(), expire() and closeForStop() on the strand; deadline() from any.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Socket socket, const QueryServerOptions& options, const Dispatcher& dispatcher,
             ConnectionRegistry& registry);

  /// Serves the client until one side is done. Takes the connection off the registry at the end.
  [[nodiscard]] Task<void> run();

  /// Tells a client that there are too many, instead of run(). Takes no time: what does not fit is left unsaid.
  void turnAway();

  [[nodiscard]] Strand strand() { return socket_.get_executor(); }
  [[nodiscard]] SteadyTime deadline() const noexcept;

  /// Interrupts the client's turn when its deadline has passed.
  void expire();

  /// Closes the connection now when no request is in flight, or when `at_once`; otherwise after the response.
  void closeForStop(bool at_once);

 private:
  enum class Next { request, end };

  [[nodiscard]] Task<void> serve();
  [[nodiscard]] Task<Next> readRequest(SteadyTime since, bool first);
  [[nodiscard]] Task<Next> answerRequest();
  [[nodiscard]] Task<void> sendRefusal(Response refusal);
  [[nodiscard]] Task<bool> send(const Response& response, bool keep_alive, bool with_body);
  [[nodiscard]] Task<bool> write(std::string_view bytes);
  /// Reads on a little after our last word, so that closing does not destroy what the client has not read yet.
  [[nodiscard]] Task<void> linger();

  void setDeadline(SteadyTime at) noexcept;
  void noDeadline() noexcept { setDeadline(SteadyTime::max()); }

  Socket socket_;
  const QueryServerOptions& options_;
  const Dispatcher& dispatcher_;
  ConnectionRegistry& registry_;
  RequestReader reader_;
  std::string out_;
  std::size_t requests_ = 0;
  bool timed_out_ = false;
  bool closing_ = false;
  bool in_flight_ = false;
  std::atomic<SteadyTime::rep> deadline_;
};

/// The open connections: how many, until when, and how they end.
///
/// Threads  any.
class ConnectionRegistry {
 public:
  explicit ConnectionRegistry(std::size_t most) : most_(most) {}

  enum class Admission { taken, full, stopping };
  [[nodiscard]] Admission add(const std::shared_ptr<Connection>& connection);
  void remove(const std::shared_ptr<Connection>& connection);

  /// Interrupts every connection whose client is late.
  void expire(SteadyTime now);

  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_relaxed); }

  /// Admits no more, lets requests in flight end within `patience`, cuts the rest, and returns when all are gone.
  /// Returns  how many were cut.
  std::size_t closeAll(std::chrono::milliseconds patience);

 private:
  void tellAll(bool at_once);

  const std::size_t most_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;  // guarded by mutex_
};

}  // namespace widgetstream::detail
