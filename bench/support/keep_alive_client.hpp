#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/http_client.hpp"

/// GETs over one connection to a server of this machine, which is made at the first call and again after an error.
///
/// Threads  one
class KeepAliveClient {
 public:
  explicit KeepAliveClient(std::uint16_t port);
  ~KeepAliveClient();

  /// Status 0 when the server does not answer.
  [[nodiscard]] widgetstream::HttpAnswer get(const std::string& target);

 private:
  struct Connection;

  std::uint16_t port_;
  std::unique_ptr<Connection> connection_;
};
