#pragma once

#include <string>
#include <thread>

namespace widgetstream::rdkafka {

/// Knocks at the mock cluster's door while it lives. The mock's thread (2.0.2) sleeps up to a second over an order it has
/// been given, unless something happens on one of its sockets: with the knocking an order takes a millisecond.
class MockKnock {
 public:
  /// `address` is HOST:PORT.
  explicit MockKnock(const std::string& address);

 private:
  std::jthread thread_;
};

}  // namespace widgetstream::rdkafka
