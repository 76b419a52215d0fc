// From producing an order to the GET that shows it, through the repartition topic, at a low rate.
//   widget_orders_latency [--events 66] [--drop 5] [--interval-ms 500]

#include <iostream>
#include <thread>

#include "bench/support/arguments.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/widget_orders.hpp"
#include "tests/support/kafka_broker.hpp"

using namespace widgetstream;

/// Milliseconds from before the record is given to its producer, whose acknowledgement is waited for before the first
/// GET, to the end of the answer that shows it.
struct LatencyFigures {
  std::string bench = "widget_orders_latency";
  std::int64_t events = 0;  ///< that count: those dropped at the beginning do not
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

template <>
struct widgetstream::Describe<LatencyFigures> {
  static constexpr auto fields =
      describe(field("bench", &LatencyFigures::bench), field("events", &LatencyFigures::events),
               field("p50_ms", &LatencyFigures::p50_ms), field("p99_ms", &LatencyFigures::p99_ms),
               field("max_ms", &LatencyFigures::max_ms));
};

namespace {

int widgetOrdersLatency(int argc, char** argv) {
  const Arguments arguments{argc, argv, {{"events", "66"}, {"drop", "5"}, {"interval-ms", "500"}}};
  const std::chrono::milliseconds interval{arguments.number("interval-ms")};
  const std::int64_t dropped = arguments.number("drop");

  KafkaBroker broker;
  KafkaClient kafka{broker.bootstrapServers(), {{"linger.ms", "0"}}};
  makeWidgetOrdersTopics(kafka);
  const TempDir state;
  WidgetOrders app{onBroker(broker.bootstrapServers(), state.path())};
  (void)app.millisecondsToReady();

  std::vector<double> latencies;
  auto next = BenchClock::now();
  for (std::int64_t event = 0; event < arguments.number("events"); ++event, next += interval) {
    std::this_thread::sleep_until(next);
    const std::string customer = "Customer" + std::to_string(event % 20);
    const std::string widget = "W" + std::to_string(event);
    const auto sent = BenchClock::now();
    sendOrder(kafka, customer, widget);
    const double took =
        app.millisecondsUntil("/orders/" + customer, '"' + widget + '"', sent, std::chrono::milliseconds{2});
    if (event >= dropped) latencies.push_back(took);
  }
  app.stop();
  std::cout << toJson(LatencyFigures{.events = static_cast<std::int64_t>(latencies.size()),
                                     .p50_ms = rounded(percentile(latencies, 0.5)),
                                     .p99_ms = rounded(percentile(latencies, 0.99)),
                                     .max_ms = rounded(percentile(latencies, 1))})
            << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return runProgram("widget_orders_latency", argc, argv, widgetOrdersLatency);
}
