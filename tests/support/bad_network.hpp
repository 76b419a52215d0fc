#pragma once

#include <cstdint>
#include <string>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/tcp_proxy.hpp"

namespace widgetstream {

/// A real broker that is reached on two ways: those who come to bootstrapServers() have a bad network between, a test's
/// own client goes straight to the broker.
class BrokerOnABadNetwork {
 public:
  explicit BrokerOnABadNetwork(KafkaBroker::Properties extra = {}) : broker_(std::move(extra), detour_) {}

  [[nodiscard]] std::string bootstrapServers() const { return "127.0.0.1:" + std::to_string(detour_.seen_as); }
  [[nodiscard]] KafkaBroker& broker() { return broker_; }
  [[nodiscard]] TcpProxy& network() { return network_; }

 private:
  KafkaBroker::Detour detour_{freePort(), freePort()};
  TcpProxy network_{static_cast<std::uint16_t>(detour_.seen_as), static_cast<std::uint16_t>(detour_.port)};
  KafkaBroker broker_;
};

}  // namespace widgetstream
