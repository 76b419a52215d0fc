#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "runtime/global/global_state.hpp"
#include "runtime/task/task.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"
#include "widgetstream/testing/manual_clock.hpp"
#include "widgetstream/testing/topology_test_driver.hpp"

namespace widgetstream {

/// One task over a whole topology and the loop around it: what a stream thread, a coordinator and a restorer do in an
/// application, in the order in which Java's test driver does it.
class WholeTask {
 public:
  WholeTask(const Topology& topology, const TopologyTestDriverOptions& options);
  ~WholeTask();

  ManualClock clock;
  InMemoryBroker broker;
  MetricsRegistry metrics;

  /// Opens and restores the stores and starts the processors; what init() caused is processed.
  void start();
  /// Processes, and commits, record by record until nothing is left to do.
  void run();
  void punctuateWallClock();
  void stop() noexcept;
  void deleteState();

  /// By name or by pattern, as a task's input or a global store's.
  [[nodiscard]] bool reads(const std::string& topic) const;
  /// nullptr when there is none of this name, or when the task is stopped.
  [[nodiscard]] StateStore* store(const std::string& name) const;
  /// Of all tasks there have been.
  [[nodiscard]] std::uint64_t droppedRecords() const noexcept {
    return dropped_before_ + (task_ ? task_->droppedRecords() : 0) + (globals_ ? globals_->droppedRecords() : 0);
  }
  [[nodiscard]] const TopologyGraph& graph() const noexcept { return graph_; }

 private:
  void keepInMemory();
  void makeTopics();
  void startGlobals();
  void runGlobals();
  /// Topics that match patterns and have appeared become inputs.
  void addMatchingTopics();
  void restore();
  void restoreFrom(Consumer& consumer, std::size_t index);
  void fetch();
  void inOrderOfArrival(std::vector<FetchedRecord>& records) const;
  [[nodiscard]] bool processOne();
  void commit();

  const TopologyTestDriverOptions& options_;
  TopologyGraph graph_;
  std::filesystem::path directory_;
  CacheBudget cache_;
  std::unique_ptr<Producer> producer_;
  TaskEnvironment environment_;
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<Consumer> global_consumer_;
  std::unique_ptr<GlobalState> globals_;  // null without global stores
  std::unique_ptr<Task> task_;
  std::uint64_t dropped_before_ = 0;
  FetchBatch batch_;
};

}  // namespace widgetstream
