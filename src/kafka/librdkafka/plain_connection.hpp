#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "kafka/librdkafka/group_wire.hpp"

struct addrinfo;

namespace widgetstream::rdkafka {

/// One TCP connection to a broker, for one request at a time.
///
/// Errors  Error{retriable} from every call that does not succeed before the deadline
class PlainConnection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  PlainConnection(const BrokerAddress& broker, Deadline deadline);
  ~PlainConnection();
  PlainConnection(const PlainConnection&) = delete;
  PlainConnection& operator=(const PlainConnection&) = delete;

  /// Sends a request and returns the body of its response, behind the correlation id.
  [[nodiscard]] std::string call(std::int16_t api_key, std::int16_t version, std::string_view body, Deadline deadline);

 private:
  void connectTo(const BrokerAddress& broker, Deadline deadline);
  [[nodiscard]] bool tryAddress(const ::addrinfo& address, Deadline deadline);
  void awaitReady(short events, Deadline deadline) const;
  void send(std::string_view bytes, Deadline deadline) const;
  [[nodiscard]] std::string receive(std::size_t size, Deadline deadline) const;

  int socket_ = -1;
  std::string name_;
};

}  // namespace widgetstream::rdkafka
