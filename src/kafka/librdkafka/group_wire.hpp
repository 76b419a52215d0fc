#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace widgetstream::rdkafka {

/// Host and port of a broker.
struct BrokerAddress {
  std::string host;
  std::string port;

  friend bool operator==(const BrokerAddress&, const BrokerAddress&) = default;
};

/// Reads `HOST:PORT,HOST,PLAINTEXT://HOST:PORT,[::1]:PORT`; the port is 9092 where none is given.
[[nodiscard]] std::vector<BrokerAddress> parseBootstrapServers(std::string_view servers);

/// Makes a member leave its group, from outside: two requests of Kafka's protocol over plain sockets, because 2.0.2's
/// admin interface has none for it.
///
/// Shape    FindCoordinator v0 and LeaveGroup v0: the oldest, which the mock cluster and Kafka 0.9 to 4.3 all take
/// Errors   Error{retriable} when nobody answers before `deadline`, Error{fatal} when the broker refuses
void leaveGroupFor(const std::vector<BrokerAddress>& bootstrap, const std::string& group, const std::string& member_id,
                   std::chrono::steady_clock::time_point deadline);

}  // namespace widgetstream::rdkafka
