#include "bench/support/widget_orders.hpp"

#include <stdexcept>
#include <thread>

using namespace widgetstream;

namespace {

constexpr std::chrono::minutes patience{1};

ProcessOptions optionsOf(std::vector<std::string> arguments, std::uint16_t port, const std::filesystem::path& log) {
  arguments.insert(arguments.begin(), {WIDGETSTREAM_WIDGET_ORDERS, "--http-port", std::to_string(port)});
  return {.command = std::move(arguments), .output = log};
}

}  // namespace

WidgetOrders::WidgetOrders(std::vector<std::string> arguments)
    : port_(static_cast<std::uint16_t>(freePort())),
      started_at_(BenchClock::now()),
      process_(optionsOf(std::move(arguments), port_, directory_.path() / "log")),
      http_(port_) {}

double WidgetOrders::millisecondsUntil(const std::string& target, const std::string& text, BenchClock::time_point from,
                                       std::chrono::microseconds interval) {
  const auto deadline = BenchClock::now() + patience;
  auto next = BenchClock::now();
  for (;;) {
    const HttpAnswer answer = http_.get(target);
    const auto now = BenchClock::now();
    if (answer.status == 200 && answer.body.find(text) != std::string::npos)
      return std::chrono::duration<double, std::milli>{now - from}.count();
    if (!process_.running()) fail("it has ended");
    if (now > deadline) fail(target + " never showed '" + text + "'");
    next = std::max(next + interval, now);
    std::this_thread::sleep_until(next);
  }
}

void WidgetOrders::stop() {
  if (process_.end() != ProcessExit{.code = 0, .signal = 0}) fail("it did not stop cleanly");
}

void WidgetOrders::fail(const std::string& what) {
  throw std::runtime_error{"widget-orders: " + what + "; its log:\n" + process_.output()};
}

void makeWidgetOrdersTopics(KafkaClient& kafka) {
  kafka.createTopic("event-topic", 4);
  kafka.createTopic("sensor-health", 4);
}

void sendOrder(KafkaClient& kafka, const std::string& customer, const std::string& widget) {
  kafka.produce("event-topic", std::nullopt,
                R"({ "type":"WidgetOrdered", "customerId":")" + customer + R"(", "widgetId":")" + widget + R"(" })");
}

std::vector<std::string> onBroker(const std::string& bootstrap_servers, const std::filesystem::path& state) {
  return {"--bootstrap-servers", bootstrap_servers, "--state-dir", state.string()};
}
