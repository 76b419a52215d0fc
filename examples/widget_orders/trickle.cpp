#include "trickle.hpp"

#include <array>
#include <condition_variable>
#include <exception>
#include <iostream>
#include <mutex>
#include <string>

#include "topology.hpp"

using namespace widgetstream;

namespace {

constexpr std::array customers{"Fred", "Wilma", "Barney", "Betty"};
constexpr std::array statuses{"ok", "ok", "ok", "degraded"};
constexpr Milliseconds pause_between{500};

std::string orderEvent(std::uint64_t number) {
  return std::string{R"({"type":"WidgetOrdered","customerId":")"} + customers[number % customers.size()] +
         R"(","widgetId":"W)" + std::to_string(100 + number % 900) + "\"}";
}

std::string sensorReport(std::uint64_t number) {
  return R"({"sensorId":"S)" + std::to_string(number % 3 + 1) + R"(","status":")" +
         statuses[number % statuses.size()] + R"(","temperature":)" + std::to_string(18 + number % 7) + "}";
}

}  // namespace

Trickle::Trickle(std::shared_ptr<KafkaClients> clients)
    : clients_(std::move(clients)), thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

void Trickle::run(std::stop_token stop) {
  try {
    const auto producer = clients_->producer({});
    Producer::Topic& events = producer->topic(event_topic);
    Producer::Topic& sensors = producer->topic(sensor_topic);
    Deliveries deliveries;
    DeliveryChannel channel{deliveries};
    std::mutex mutex;
    std::condition_variable_any waiting;
    for (std::uint64_t number = 0; !stop.stop_requested(); ++number) {
      const std::string order = orderEvent(number);
      static_cast<void>(producer->send(events, {.key = {}, .value = order}, channel));
      if (number % 2 == 0) {
        const std::string report = sensorReport(number / 2);
        static_cast<void>(producer->send(sensors, {.key = {}, .value = report}, channel));
      }
      producer->poll(Milliseconds{0});
      std::unique_lock lock{mutex};
      waiting.wait_for(lock, stop, pause_between, [] { return false; });
    }
    static_cast<void>(producer->flush(deliveries, Milliseconds{1000}));
  } catch (const std::exception& error) {
    std::cerr << "widget-orders: sample events stopped: " << error.what() << '\n';
  }
}
