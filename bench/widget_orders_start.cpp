// How soon widget-orders is there, and how much memory it takes to do nothing.
//   widget_orders_start [--rounds 5] [--idle-seconds 10]

#include <iostream>
#include <thread>

#include "bench/support/arguments.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/widget_orders.hpp"
#include "tests/support/kafka_broker.hpp"

using namespace widgetstream;

/// Medians; milliseconds, and MB of 2^20 bytes.
struct StartFigures {
  std::string bench = "widget_orders_start";
  std::int64_t rounds = 0;
  double start_to_ready_ms = 0;     ///< topics and group there, no local state
  double restart_to_order_ms = 0;   ///< after a clean stop: until GET shows an order sent meanwhile
  double embedded_to_ready_ms = 0;  ///< with --embedded
  double idle_rss_mb = 0;           ///< on a broker, after the idle seconds
};

template <>
struct widgetstream::Describe<StartFigures> {
  static constexpr auto fields =
      describe(field("bench", &StartFigures::bench), field("rounds", &StartFigures::rounds),
               field("start_to_ready_ms", &StartFigures::start_to_ready_ms),
               field("restart_to_order_ms", &StartFigures::restart_to_order_ms),
               field("embedded_to_ready_ms", &StartFigures::embedded_to_ready_ms),
               field("idle_rss_mb", &StartFigures::idle_rss_mb));
};

namespace {

class Starts {
 public:
  explicit Starts(std::chrono::seconds idle) : idle_(idle) {
    makeWidgetOrdersTopics(kafka_);
    // The first start of all makes the internal topics.
    const TempDir state;
    WidgetOrders app{onBroker(broker_.bootstrapServers(), state.path())};
    order(app, "First", app.startedAt());
    app.stop();
  }

  void onARealBroker() {
    const TempDir state;
    const auto arguments = onBroker(broker_.bootstrapServers(), state.path());
    {
      WidgetOrders app{arguments};
      ready_.push_back(app.millisecondsToReady());
      std::this_thread::sleep_for(idle_);
      idle_rss_.push_back(static_cast<double>(app.process().residentBytes()) / (1 << 20));
      app.stop();
    }
    const std::string customer = "Customer" + std::to_string(ready_.size());
    sendOrder(kafka_, customer, "W1");
    WidgetOrders app{arguments};
    restart_.push_back(app.millisecondsUntil("/orders/" + customer, "W1", app.startedAt()));
    app.stop();
  }

  void embedded() {
    WidgetOrders app{{"--embedded"}};
    embedded_.push_back(app.millisecondsToReady());
    app.stop();
  }

  [[nodiscard]] StartFigures medians() const {
    return {.rounds = static_cast<std::int64_t>(ready_.size()),
            .start_to_ready_ms = rounded(median(ready_)),
            .restart_to_order_ms = rounded(median(restart_)),
            .embedded_to_ready_ms = rounded(median(embedded_)),
            .idle_rss_mb = rounded(median(idle_rss_))};
  }

 private:
  void order(WidgetOrders& app, const std::string& customer, BenchClock::time_point from) {
    sendOrder(kafka_, customer, "W1");
    (void)app.millisecondsUntil("/orders/" + customer, "W1", from);
  }

  std::chrono::seconds idle_;
  KafkaBroker broker_;
  KafkaClient kafka_{broker_.bootstrapServers()};
  std::vector<double> ready_, restart_, embedded_, idle_rss_;
};

int widgetOrdersStart(int argc, char** argv) {
  const Arguments arguments{argc, argv, {{"rounds", "5"}, {"idle-seconds", "10"}}};
  Starts starts{std::chrono::seconds{arguments.number("idle-seconds")}};
  for (std::int64_t round = 0; round < arguments.number("rounds"); ++round) {
    starts.onARealBroker();
    starts.embedded();
  }
  std::cout << toJson(starts.medians()) << '\n';
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return runProgram("widget_orders_start", argc, argv, widgetOrdersStart);
}
