// widget-orders: takes order events and sensor health from Kafka, keeps them, writes them to MongoDB, serves them.

#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "api.hpp"
#include "options.hpp"
#include "topology.hpp"
#include "trickle.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/core/metrics.hpp"
#include "widgetstream/kafka/embedded_broker.hpp"
#include "widgetstream/query/query_server.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/runtime/signals.hpp"

using namespace widgetstream;

namespace {

/// The broker of --embedded, with its topics and events; its state directory goes with it.
class Embedded {
 public:
  explicit Embedded(const Options& options) : broker_(options.streams.log), state_dir_(options.streams.state_dir) {
    broker_.createTopic(event_topic, 4);
    broker_.createTopic(sensor_topic, 2);
    trickle_.emplace(broker_.clients({}, options.streams.log));
  }
  ~Embedded() {
    trickle_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(state_dir_, ignored);
  }

  [[nodiscard]] std::shared_ptr<KafkaClients> clients(const StreamsConfig& config) {
    return broker_.clients(config.client_properties, config.log);
  }

  void introduce(const std::string& host, std::uint16_t port) const {
    const std::string api = "http://" + host + ":" + std::to_string(port);
    std::cout << "\nKafka broker: " << broker_.bootstrapServers() << "\nTry:\n"
              << "  curl " << api << "/orders/Fred\n"
              << "  echo '{\"type\":\"WidgetOrdered\",\"customerId\":\"Pebbles\",\"widgetId\":\"W1\"}' | kcat -P -b "
              << broker_.bootstrapServers() << " -t " << event_topic << "\n"
              << "  curl " << api << "/sensors\n\n"
              << std::flush;
  }

 private:
  EmbeddedBroker broker_;
  std::filesystem::path state_dir_;
  std::optional<Trickle> trickle_;
};

void run(Options options) {
  // Before any thread starts, so that all of them leave the signals to this one.
  ShutdownSignals signals;
  const Logger log{options.streams.log, "widget-orders"};
  if (!options.mongo) log.info("MongoDB sink is off: give --mongo-uri to write orders and sensors there too");

  std::optional<Embedded> embedded;
  if (options.embedded) embedded.emplace(options);

  std::shared_ptr<Counter> ignored;  // one of the application's metrics, so made after it and before it starts
  KafkaStreams app{widgetOrders(options.mongo, [&ignored] { ignored->add(); }), options.streams,
                   embedded ? embedded->clients(options.streams) : nullptr};
  ignored = app.metrics().counter("widget_orders_ignored_events_total", "Events that are no orders");
  app.setStateListener([&signals](StreamsState now, StreamsState) {
    if (now == StreamsState::error) signals.request();
  });

  QueryServer server{app, {.host = options.http_host, .port = options.http_port, .log = options.streams.log}};
  addRoutes(server, app);
  server.start();
  app.start();
  log.info("serving http://" + options.http_host + ":" + std::to_string(server.port()));
  if (embedded) embedded->introduce(options.http_host, server.port());

  signals.wait();
  const bool failed = app.state() == StreamsState::error;
  server.stop();
  if (!app.close()) log.warning("gave up waiting for a clean close");
  if (failed) throw Error{ErrorKind::fatal, "stopped by an error; see the log above"};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CommandLine command_line = parseCommandLine(argc, argv);
    if (!command_line.options) return command_line.exit_code;
    run(std::move(*command_line.options));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "widget-orders: " << error.what() << '\n';
    return 1;
  }
}
