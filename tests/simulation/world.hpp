#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/host.hpp"
#include "tests/simulation/simulation.hpp"
#include "tests/support/temp_dir.hpp"

namespace widgetstream::simulation {

/// A cluster, a clock, some hosts and what happens to them.
class World {
 public:
  World(std::uint64_t seed, const SimulationOptions& options);

  SimulationResult run();

 private:
  // Things that happen, one a step.
  void happen();
  void send();
  void startOrStop(Host& host);
  void startWithThreads(Host& host);
  void disturb(Host& host);
  void disturbCluster();
  void setClusterAway(bool away);
  void advance(Milliseconds by);
  void heal();
  void settle();

  // What must hold after each step, and in the end.
  void checkCommitted();
  void checkResults();
  void checkDisks();
  void checkDeadLetters();
  [[nodiscard]] bool allCommitted();
  [[nodiscard]] std::map<std::string, Seen> expected() const;

  [[noreturn]] void broken(const std::string& what) const;
  void tell(const std::string& what) const;
  /// What has come into topics since the last call.
  void tellRecords();
  void tellLogOf(Host& host);
  [[nodiscard]] Host& anyHost();
  [[nodiscard]] std::uint64_t digest() const;

  const std::uint64_t seed_;
  const SimulationOptions options_;
  Random random_;
  std::unique_ptr<Workload> workload_;
  TempDir directory_;
  ManualClock clock_;
  InMemoryBroker broker_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::pair<std::optional<std::string>, std::int64_t>> inputs_;
  std::map<TopicPartition, std::int64_t> committed_;
  SimulationResult result_;
  int step_ = 0;
  std::uint64_t told_records_ = 0;
};

}  // namespace widgetstream::simulation
