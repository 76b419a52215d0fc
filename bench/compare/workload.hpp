#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bench/support/broker.hpp"
#include "bench/support/progress.hpp"

/// What a measured run is told.
struct Run {
  std::string bootstrap_servers;
  std::string application_id;
  std::string input;
  std::string table;  ///< the second input, of workloads that have one
  std::string output;
  std::string state_directory;
  std::int64_t records = 0;  ///< that come by before the run may end
  int partitions = bench_partitions;
  int threads = 1;  ///< stream threads; other ways have one
};

/// What a run notes beside the progress.
struct RunNotes {
  Progress::Clock::time_point running_at{};  ///< when the application was RUNNING; not set by loops that have no such
  Progress::Clock::time_point done_at{};     ///< when the work itself was done, if the end of close is not meant
  double cpu_seconds = 0;                    ///< of the work itself, if something is measured after it
  double peak_rss_mb = 0;                    ///< the same
  double gets_ratio = 0;  ///< time of gets in the store as it was left, by that in a compacted one; 0 is not measured
};

/// Processes run.records, told to the progress, and returns when everything is closed.
using Way = std::function<void(const Run& run, Progress& progress, RunNotes& notes)>;

/// A piece of work that is done in several ways in turn.
struct Workload {
  std::string name;
  /// Fills the topics of a whole comparison; run.input and run.table are to be made here.
  std::function<void(BenchBroker& broker, const Run& run)> load;
  /// Makes what each run finds besides: changelogs that come filled.
  std::function<void(BenchBroker& broker, const Run& run)> prepare;
  /// "hand" and "widgetstream"; those of Java are its own program's.
  std::map<std::string, Way> ways;
  /// Least number of records a run writes to its output; 0: not looked at.
  std::function<std::int64_t(std::int64_t records)> least_output;
  /// Changelogs that the hand-written loop writes to, by store.
  std::vector<std::string> stores;
  /// Each run is done twice with the same state, and the second one is what counts.
  bool restarts = false;
};

[[nodiscard]] const std::vector<Workload>& workloads();

/// A load of run.input alone, with keys of the bench's number.
inline void loadInput(BenchBroker& broker, const Run& run) {
  broker.load(run.input, run.records, bench_keys);
}

void addStateless(std::vector<Workload>& to);
void addCounts(std::vector<Workload>& to);
void addWindows(std::vector<Workload>& to);
void addJoins(std::vector<Workload>& to);
void addRestore(std::vector<Workload>& to);
