#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace widgetstream {

/// A TCP connection that sends whatever a test wants, right or wrong, and reads what comes back.
///
/// Every wait has a deadline of ten seconds; past it reading ends as if the server were silent.
class RawClient {
 public:
  struct Reply {
    int status = 0;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
  };

  /// A `receive_buffer_bytes` above 0 asks for a small receive window: a slow reader.
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Sends all it can. Returns how many bytes went before the server closed or stopped taking them.
  std::size_t send(std::string_view bytes);
  void sendGet(std::string_view target, std::string_view headers = "");

  /// The next response; nullopt when the server closes or is silent instead. `with_body` false for an answer to HEAD.
  std::optional<Reply> read(bool with_body = true);

  /// Reads until the server closes. False when it does not.
  bool isClosedByServer();

  /// How long the server takes to close.
  std::chrono::milliseconds timeToClose();

  void finishSending();

 private:
  bool receive();

  int socket_ = -1;
  std::string received_;
};

/// One request over a connection of its own.
std::optional<RawClient::Reply> fetch(std::uint16_t port, std::string_view target);

}  // namespace widgetstream
