#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/support/keep_alive_client.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using BenchClock = std::chrono::steady_clock;

/// A running process of the example program widget-orders, asked over HTTP by one client that polls.
///
/// Errors   std::runtime_error with the program's log when it ends unasked, or something takes more than a minute
class WidgetOrders {
 public:
  /// Starts it. `arguments` besides the port, which is a free one.
  explicit WidgetOrders(std::vector<std::string> arguments);

  /// Polls `target` every `interval` until the answer is 200 and contains `text`; milliseconds since `from`.
  double millisecondsUntil(const std::string& target, const std::string& text, BenchClock::time_point from,
                           std::chrono::microseconds interval = std::chrono::milliseconds{1});
  /// From the start of the process to the first 200 of /readyz, in milliseconds.
  double millisecondsToReady() { return millisecondsUntil("/readyz", "", started_at_); }

  [[nodiscard]] BenchClock::time_point startedAt() const { return started_at_; }
  [[nodiscard]] widgetstream::Process& process() { return process_; }
  /// SIGTERM; returns when it has ended.
  void stop();

 private:
  [[noreturn]] void fail(const std::string& what);

  widgetstream::TempDir directory_;
  std::uint16_t port_;
  BenchClock::time_point started_at_;
  widgetstream::Process process_;
  KeepAliveClient http_;
};

/// Makes the topics that widget-orders reads.
void makeWidgetOrdersTopics(widgetstream::KafkaClient& kafka);

/// Sends an order, without a key as the application's producers do, and returns when it is acknowledged.
void sendOrder(widgetstream::KafkaClient& kafka, const std::string& customer, const std::string& widget);

/// Arguments of a WidgetOrders on a broker.
[[nodiscard]] std::vector<std::string> onBroker(const std::string& bootstrap_servers, const std::filesystem::path& state);
