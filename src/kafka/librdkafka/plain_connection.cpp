#include "kafka/librdkafka/plain_connection.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "kafka/librdkafka/wire_format.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream::rdkafka {
namespace {

// No answer to the requests sent here is longer than a few hundred bytes.
constexpr std::int32_t longest_response = 1 << 20;

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw Error{ErrorKind::retriable, "broker " + name + ": " + what};
}

}  // namespace

PlainConnection::PlainConnection(const BrokerAddress& broker, Deadline deadline)
    : name_(broker.host + ':' + broker.port) {
  connectTo(broker, deadline);
}

PlainConnection::~PlainConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void PlainConnection::connectTo(const BrokerAddress& broker, Deadline deadline) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(broker.host.c_str(), broker.port.c_str(), &wanted, &found)) {
    fail(name_, ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};
  for (const addrinfo* address = found; address; address = address->ai_next) {
    if (tryAddress(*address, deadline)) return;
  }
  fail(name_, "does not accept connections");
}

bool PlainConnection::tryAddress(const addrinfo& address, Deadline deadline) {
  socket_ = ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (socket_ < 0) return false;
  if (::connect(socket_, address.ai_addr, address.ai_addrlen) == 0) return true;
  if (errno == EINPROGRESS) {
    awaitReady(POLLOUT, deadline);
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) return true;
  }
  ::close(socket_);
  socket_ = -1;
  return false;
}

void PlainConnection::awaitReady(short events, Deadline deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) fail(name_, "does not answer in time");
    pollfd waited{socket_, events, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(left.count()));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) fail(name_, std::strerror(errno));
  }
}

void PlainConnection::send(std::string_view bytes, Deadline deadline) const {
  while (!bytes.empty()) {
    awaitReady(POLLOUT, deadline);
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR && errno != EAGAIN) fail(name_, std::strerror(errno));
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string PlainConnection::receive(std::size_t size, Deadline deadline) const {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    awaitReady(POLLIN, deadline);
    const ssize_t got = ::recv(socket_, bytes.data() + have, size - have, 0);
    if (got == 0) fail(name_, "closed the connection");
    if (got < 0 && errno != EINTR && errno != EAGAIN) fail(name_, std::strerror(errno));
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string PlainConnection::call(std::int16_t api_key, std::int16_t version, std::string_view body,
                                  Deadline deadline) {
  constexpr std::int32_t correlation = 1;
  WireWriter request;
  request.int16(api_key).int16(version).int32(correlation).text("widgetstream").raw(body);
  WireWriter framed;
  framed.int32(static_cast<std::int32_t>(request.bytes().size())).raw(request.bytes());
  send(framed.bytes(), deadline);

  const std::string head = receive(4, deadline);
  const std::int32_t size = WireReader{head}.int32();
  if (size < 4 || size > longest_response) fail(name_, "answers something that is not Kafka's protocol");
  const std::string response = receive(static_cast<std::size_t>(size), deadline);
  if (WireReader{response}.int32() != correlation) fail(name_, "answers a question that was not asked");
  return response.substr(4);
}

}  // namespace widgetstream::rdkafka
