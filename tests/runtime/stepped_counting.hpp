#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/runtime/counting_topology.hpp"
#include "tests/runtime/stepped_cluster.hpp"

namespace widgetstream {

/// Instances of the counting topology on a stepped cluster, with 4 partitions of "in" and "out".
class SteppedCounting : public ::testing::Test {
 protected:
  SteppedCounting() {
    cluster.broker.createTopic("in", 4);
    cluster.broker.createTopic("out", 4);
  }

  SteppedInstance& started(StreamsConfig config, KeyValueStoreSupplier store = inMemoryKeyValueStore("counts"),
                           UncaughtExceptionHandler uncaught = {}) {
    SteppedInstance& instance = cluster.add(counting(std::move(store)), std::move(config));
    instance.start(std::move(uncaught));
    return instance;
  }
  void send(const std::string& key, int times = 1) {
    for (int i = 0; i < times; ++i) cluster.broker.append("in", key, "x");
  }
  /// One record of each of eight keys, which lie in all partitions.
  void sendAll(int times = 1) {
    for (const std::string& key : keys) send(key, times);
  }
  std::size_t outputs() const { return cluster.broker.records("out").size(); }
  bool runUntilOutputs(std::size_t count) {
    return cluster.runUntil([&] { return outputs() >= count; });
  }
  std::string lastOutput(const std::string& key) const {
    std::string last;
    for (const BrokerRecord& record : cluster.broker.records("out")) {
      if (record.key == key) last = *record.value;
    }
    return last;
  }
  std::int64_t committed() const {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : cluster.broker.committed("app")) sum += offset.offset;
    return sum;
  }
  /// How many tasks each thread has, by index.
  static std::vector<std::size_t> tasksOfThreads(SteppedInstance& instance) {
    std::vector<std::size_t> counts;
    for (const auto& thread : instance.runtime().threads().all())
      counts.push_back(thread->view().metadata().active_tasks.size());
    return counts;
  }
  /// What becomes of a request for a thread, or for one fewer.
  std::optional<std::string> settled(Coordinator::ThreadChange change) {
    if (!cluster.runUntil([&] { return change.wait_for(Milliseconds{0}) == std::future_status::ready; })) {
      ADD_FAILURE() << "the number of threads did not change";
      return std::nullopt;
    }
    return change.get();
  }

  SteppedCluster cluster;
  const std::vector<std::string> keys{"a", "b", "c", "d", "e", "f", "g", "h"};
};

}  // namespace widgetstream
