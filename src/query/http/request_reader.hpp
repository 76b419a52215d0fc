#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "query/http/head_scanner.hpp"
#include "query/http/message.hpp"
#include "widgetstream/query/query_server.hpp"

namespace widgetstream::detail {

/// Bytes in, requests out: HTTP/1.1 as a client may send it to us, without a socket and without a clock.
///
/// Memory   at most a head and 16 KiB for what came after it, plus the body; both within the limits of the options.
/// Errors   the client's are states, not exceptions. After `refused` nothing more is read: where the next request would
///          begin is not known, so the connection has to close.
class RequestReader {
 public:
  enum class State {
    idle,      ///< no byte of the next request has come
    head,      ///< the head is not complete
    body,      ///< the body is not complete
    complete,  ///< take() has a message
    refused,   ///< refusal() has the answer
  };

  explicit RequestReader(const QueryServerOptions& options);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Where the next bytes go; never empty in the states idle, head and body.
  [[nodiscard]] std::span<char> space();

  /// Tells that the first `bytes` of space() hold something new, and goes as far as it reaches.
  State received(std::size_t bytes);

  [[nodiscard]] State state() const noexcept { return state_; }

  /// The complete message. What came behind it is looked at next, so state() may be complete again afterwards.
  [[nodiscard]] Message take();

  [[nodiscard]] const Response& refusal() const noexcept { return *refusal_; }

  /// True once for a request whose client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool takeContinue() noexcept { return std::exchange(wants_continue_, false); }

 private:
  class Parser;

  void advance();
  void readHead();
  void readBody();
  void refuse(Response response);

  const QueryServerOptions* options_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what is not consumed
  std::size_t end_ = 0;    ///< of what was received
  HeadScanner scanner_;
  std::unique_ptr<Parser> parser_;
  std::size_t body_bytes_ = 0;  ///< as sent, with chunk headers
  State state_ = State::idle;
  bool wants_continue_ = false;
  std::optional<Response> refusal_;
};

}  // namespace widgetstream::detail
