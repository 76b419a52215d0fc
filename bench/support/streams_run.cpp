#include "bench/support/streams_run.hpp"

#include <stdexcept>

#include "tests/support/temp_dir.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

using namespace widgetstream;

void runStreams(Topology topology, const Run& run, StreamsConfig config, Progress& progress) {
  const TempDir state;
  config.application_id = run.application_id;
  config.bootstrap_servers = run.bootstrap_servers;
  config.state_dir = state.path();
  config.log = logToStandardError(LogLevel::warning);
  KafkaStreams app{std::move(topology), std::move(config)};
  app.setStateListener([&progress](StreamsState now, StreamsState) {
    if (now == StreamsState::error) progress.giveUp();
  });
  app.start();
  progress.waitForAll();
  if (!app.close(std::chrono::minutes{2})) throw std::runtime_error{"the application does not close"};
  if (app.state() != StreamsState::not_running) throw std::runtime_error{"the application ended in an error"};
}
