#include "bench/compare/streams_run.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "bench/support/child.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

using namespace widgetstream;

namespace {

StreamsConfig settled(StreamsConfig config, const Run& run) {
  config.application_id = run.application_id;
  config.bootstrap_servers = run.bootstrap_servers;
  config.state_dir = run.state_directory;
  config.num_stream_threads = run.threads;
  config.log = logToStandardError(LogLevel::warning);
  return config;
}

void closeInOrder(KafkaStreams& app) {
  if (!app.close(std::chrono::minutes{2})) throw std::runtime_error{"the application does not close"};
  if (app.state() != StreamsState::not_running) throw std::runtime_error{"the application ended in an error"};
}

}  // namespace

void runStreams(Topology topology, const Run& run, StreamsConfig config, Progress& progress, RunNotes& notes) {
  KafkaStreams app{std::move(topology), settled(std::move(config), run)};
  std::atomic<Progress::Clock::rep> running_at{0};
  app.setStateListener([&](StreamsState now, StreamsState) {
    if (now == StreamsState::error) progress.giveUp();
    if (now == StreamsState::running && running_at == 0) running_at = Progress::Clock::now().time_since_epoch().count();
  });
  app.start();
  progress.waitForAll();
  closeInOrder(app);
  notes.running_at = Progress::Clock::time_point{Progress::Clock::duration{running_at}};
}

void restoreStreams(Topology topology, const Run& run, Progress& progress, RunNotes& notes) {
  KafkaStreams app{std::move(topology), settled({}, run)};
  app.start();
  // Polled, for the first record is all that is to be seen.
  while (app.metrics().total("kafka_streams_stream_state_updater_metrics_restore_records_total") == 0 && app.state() != StreamsState::error)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  progress.beganAt(Progress::Clock::now());
  while (!app.isReady() && app.state() != StreamsState::error) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  notes.running_at = notes.done_at = Progress::Clock::now();
  closeInOrder(app);
  notes.cpu_seconds = cpuSeconds();
  notes.peak_rss_mb = peakResidentMb();
}
