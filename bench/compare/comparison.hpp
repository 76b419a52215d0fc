#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/compare/workload.hpp"
#include "bench/support/figures.hpp"

/// What to compare, and how often.
struct ComparisonOptions {
  std::int64_t records = 0;
  std::int64_t rounds = 0;
  int threads = 1;  ///< of WidgetStream
  /// Of "java", "java512", "hand", "widgetstream"; those a workload does not have are left out.
  std::vector<std::string> ways;
};

/// Runs a workload in each way once a round, each run in a process of its own and on topics of its own, and prints the
/// medians with their ratios as a line of JSON.
///
/// Errors  std::runtime_error when a run fails, or writes less than it should
void compare(BenchBroker& broker, const Workload& workload, const ComparisonOptions& options);

/// The process of one run: does it and prints its figures.
int runChild(const Workload& workload, const std::string& way, const Run& run, Progress::Clock::time_point started);
