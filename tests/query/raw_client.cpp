#include "tests/query/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace widgetstream {
namespace {

constexpr int patience_ms = 10'000;

bool isReady(int socket, short events) {
  pollfd poll_for{socket, events, 0};
  int ready = 0;
  do {
    ready = ::poll(&poll_for, 1, patience_ms);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int reason = errno;
    ::close(socket_);
    throw std::system_error{reason, std::generic_category(), "connect"};
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

std::size_t RawClient::send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size() && isReady(socket_, POLLOUT)) {
    const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  return sent;
}

void RawClient::sendGet(std::string_view target, std::string_view headers) {
  send("GET " + std::string{target} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{headers} + "\r\n");
}

std::optional<RawClient::Reply> RawClient::read(bool with_body) {
  std::size_t head_end = 0;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return std::nullopt;
  }
  Reply reply;
  std::string_view head = std::string_view{received_}.substr(0, head_end);
  reply.status = std::stoi(std::string{head.substr(head.find(' ') + 1, 3)});
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;) {
    head.remove_prefix(line + 2);
    line = head.find("\r\n");
    const std::string_view field = head.substr(0, line);
    const std::size_t colon = field.find(": ");
    reply.headers[lowerCase(std::string{field.substr(0, colon)})] = field.substr(colon + 2);
  }
  received_.erase(0, head_end + 4);
  const auto length = reply.headers.find("content-length");
  if (!with_body || length == reply.headers.end()) return reply;
  const std::size_t body_bytes = std::stoul(length->second);
  while (received_.size() < body_bytes) {
    if (!receive()) return std::nullopt;
  }
  reply.body = received_.substr(0, body_bytes);
  received_.erase(0, body_bytes);
  return reply;
}

bool RawClient::isClosedByServer() {
  while (isReady(socket_, POLLIN)) {
    if (!receive()) return true;
  }
  return false;
}

std::chrono::milliseconds RawClient::timeToClose() {
  const auto begin = std::chrono::steady_clock::now();
  if (!isClosedByServer()) throw std::runtime_error{"the server does not close"};
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

void RawClient::finishSending() {
  ::shutdown(socket_, SHUT_WR);
}

bool RawClient::receive() {
  if (!isReady(socket_, POLLIN)) return false;
  std::array<char, 65'536> piece{};
  const auto count = ::recv(socket_, piece.data(), piece.size(), 0);
  if (count <= 0) return false;
  received_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<RawClient::Reply> fetch(std::uint16_t port, std::string_view target) {
  RawClient client{port};
  client.sendGet(target, "Connection: close\r\n");
  return client.read();
}

}  // namespace widgetstream
