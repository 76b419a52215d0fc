#include "kafka/librdkafka/mock_knock.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace widgetstream::rdkafka {
namespace {

constexpr std::chrono::milliseconds between_knocks{2};

void knockOnce(std::uint16_t port) noexcept {
  const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (door < 0) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  [[maybe_unused]] const int connected = ::connect(door, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::close(door);
}

}  // namespace

MockKnock::MockKnock(const std::string& address)
    : thread_([port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)))](
                  const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          knockOnce(port);
          std::this_thread::sleep_for(between_knocks);
        }
      }) {}

}  // namespace widgetstream::rdkafka
