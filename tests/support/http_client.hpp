#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace widgetstream {

/// What a server answered; status 0 when it did not.
struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// GET of `target`, as it stands, from a server of this machine, on a connection of its own.
[[nodiscard]] HttpAnswer httpGet(std::uint16_t port, const std::string& target,
                                 std::chrono::milliseconds timeout = std::chrono::seconds{5});

}  // namespace widgetstream
