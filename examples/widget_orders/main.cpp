// widget-orders: takes order events and sensor health from Kafka, keeps them, writes them to MongoDB, serves them.

#include <cstdlib>
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

/// A directory of this run alone.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "widget-orders-XXXXXX").string()) {
    if (!mkdtemp(path_.data()))
      throw Error{ErrorKind::invalid_config, "cannot make the temporary directory " + path_ + "; set TMPDIR"};
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// The broker of --embedded, with its topics and events, and a state directory: all of it is forgotten at the end.
class Embedded {
 public:
  explicit Embedded(const LogSink& log) : broker_(log) {
    broker_.createTopic(event_topic, 4);
    broker_.createTopic(sensor_topic, 2);
    trickle_.emplace(broker_.clients({}, log));
  }

  [[nodiscard]] const std::string& stateDir() const noexcept { return state_dir_.path(); }

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
  TemporaryDirectory state_dir_;
  EmbeddedBroker broker_;
  std::optional<Trickle> trickle_;
};

void run(Options options) {
  // Before any thread starts, so that all of them leave the signals to this one.
  ShutdownSignals signals;
  const Logger log{options.streams.log, "widget-orders"};
  if (!options.mongo) log.info("MongoDB sink is off: give --mongo-uri to write orders and sensors there too");

  std::optional<Embedded> embedded;
  if (options.embedded) {
    embedded.emplace(options.streams.log);
    options.streams.state_dir = embedded->stateDir();
  }

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
