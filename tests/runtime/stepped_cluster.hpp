#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/streams_runtime.hpp"
#include "tests/support/temp_dir.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/manual_clock.hpp"

namespace widgetstream {

/// One instance of an application that is moved on step by step.
class SteppedInstance {
 public:
  SteppedInstance(Topology topology, StreamsConfig config, InMemoryBroker& broker)
      : runtime_(std::move(topology), std::move(config),
                 std::shared_ptr<KafkaClients>{std::shared_ptr<void>{}, &broker}) {
    runtime_.stateMachine().setListener([this](StreamsState now, StreamsState) { states.push_back(now); });
  }

  void start(UncaughtExceptionHandler uncaught = {}, std::shared_ptr<StateRestoreListener> listener = nullptr) {
    runtime_.open(std::move(uncaught), std::move(listener));
    runtime_.stateMachine().change(StreamsState::rebalancing);
  }
  void step() {
    if (!crashed && !runtime_.coordinator().finished()) runtime_.stepAll();
  }
  void requestClose() {
    runtime_.coordinator().requestClose(runtime_.config().clock->elapsed() + std::chrono::seconds{30});
  }
  [[nodiscard]] bool finished() { return runtime_.coordinator().finished(); }
  [[nodiscard]] StreamsState state() const { return runtime_.stateMachine().state(); }
  [[nodiscard]] StreamsRuntime& runtime() noexcept { return runtime_; }

  std::vector<StreamsState> states;
  bool crashed = false;

 private:
  StreamsRuntime runtime_;
};

/// A broker in memory, a clock that stands still, and the instances that share them, all in this thread.
class SteppedCluster {
 public:
  ManualClock clock{fromMillis(1'000'000)};
  InMemoryBroker broker{{.clock = &clock, .stepped = true}};
  TempDir directory;

  /// `instance` has a state directory of its own.
  [[nodiscard]] StreamsConfig config(const std::string& instance = "one") const {
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path() / instance;
    config.commit_interval = Milliseconds{100};
    config.cache_max_bytes = 0;
    config.clock = &clock;
    config.log = {};
    return config;
  }

  SteppedInstance& add(Topology topology, StreamsConfig config) {
    instances_.push_back(std::make_unique<SteppedInstance>(std::move(topology), std::move(config), broker));
    return *instances_.back();
  }
  /// Ends an instance as kill -9 would: nothing is committed, its member stays in the group.
  void destroy(SteppedInstance& gone) {
    std::erase_if(instances_, [&](const auto& instance) { return instance.get() == &gone; });
  }

  /// Steps everybody, a millisecond of time at once, until `holds` or the patience is at an end.
  bool runUntil(const std::function<bool()>& holds, int steps = 20'000) {
    for (int i = 0; i < steps; ++i) {
      if (holds()) return true;
      for (const auto& instance : instances_) instance->step();
      clock.advance(Milliseconds{1});
    }
    return holds();
  }
  bool runUntilRunning(SteppedInstance& instance) {
    return runUntil([&] { return instance.state() == StreamsState::running; });
  }
  void runFor(Milliseconds time) {
    const Timestamp end = clock.now() + time;
    runUntil([&] { return clock.now() >= end; });
  }
  bool close(SteppedInstance& instance) {
    instance.requestClose();
    if (!runUntil([&] { return instance.finished(); })) return false;
    instance.runtime().tearDown();
    return true;
  }

 private:
  std::vector<std::unique_ptr<SteppedInstance>> instances_;
};

}  // namespace widgetstream
