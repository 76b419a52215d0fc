#include "bench/compare/comparison.hpp"

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "bench/compare/java_run.hpp"
#include "bench/support/child.hpp"
#include "tests/support/temp_dir.hpp"

using namespace widgetstream;

namespace {

using Results = std::map<std::string, RunFigures>;

/// The input of a whole comparison, and names for one of its runs.
Run inputOf(const Workload& workload, const ComparisonOptions& options, BenchBroker& broker) {
  const bool single = workload.name == "start" || workload.restarts;
  return {.bootstrap_servers = broker.bootstrapServers(),
          .application_id = {},
          .input = workload.name + "-in",
          .table = workload.name + "-table",
          .output = {},
          .state_directory = {},
          .records = single ? 1 : options.records,
          .partitions = broker.partitions(),
          .threads = options.threads};
}

std::vector<std::string> commandOf(const Workload& workload, const std::string& way, const Run& run) {
  if (way.starts_with("java")) return javaCommand(workload.name, run, way == "java512", startedArgument());
  return {ownPath(),           "--child",       way,           "--workloads",
          workload.name,       "--records",     std::to_string(run.records),
          "--child-bootstrap", run.bootstrap_servers,
          "--child-application", run.application_id,
          "--child-input",     run.input,
          "--child-table",     run.table,
          "--child-output",    run.output,
          "--child-state",     run.state_directory,
          "--partitions",      std::to_string(run.partitions),
          "--threads",         std::to_string(run.threads),
          "--child-started",   startedArgument()};
}

RunFigures runOnce(BenchBroker& broker, const Workload& workload, const std::string& way, Run run) {
  const TempDir state;
  run.state_directory = state.path().string();
  broker.createTopic(run.output);
  if (way == "hand") {
    for (const std::string& store : workload.stores) broker.createTopic(run.application_id + "-" + store + "-changelog");
  }
  RunFigures figures;
  for (int time = 0; time < (workload.restarts ? 2 : 1); ++time) {
    if (workload.prepare) workload.prepare(broker, run);
    figures = runInChild(commandOf(workload, way, run));
  }
  const std::int64_t written = broker.recordsIn(run.output);
  if (workload.least_output && written < workload.least_output(run.records))
    throw std::runtime_error{workload.name + " done by " + way + " wrote only " + std::to_string(written) + " records"};
  broker.deleteTopics(run.application_id);
  return figures;
}

double ratio(double of, double to) {
  return to > 0 ? rounded(of / to) : 0;
}

/// "x_of_y": x by y, for those that were measured.
std::string ratios(const Results& results) {
  std::string json;
  const auto add = [&](const std::string& of, const std::string& to) {
    const auto ours = results.find(of);
    const auto theirs = results.find(to);
    if (ours == results.end() || theirs == results.end()) return;
    json += ",\"" + of + "_by_" + to + R"(":{"records_per_s":)" +
            toJson(ratio(ours->second.records_per_s, theirs->second.records_per_s)) + R"(,"cpu":)" +
            toJson(ratio(ours->second.cpu_us_per_record, theirs->second.cpu_us_per_record)) + R"(,"peak_rss":)" +
            toJson(ratio(ours->second.peak_rss_mb, theirs->second.peak_rss_mb)) + "}";
  };
  add("widgetstream", "hand");
  add("widgetstream", "java");
  add("widgetstream", "java512");
  return json;
}

}  // namespace

void compare(BenchBroker& broker, const Workload& workload, const ComparisonOptions& options) {
  const Run input = inputOf(workload, options, broker);
  workload.load(broker, input);
  std::map<std::string, std::vector<RunFigures>> runs;
  for (std::int64_t round = 0; round < options.rounds; ++round) {
    for (const std::string& way : options.ways) {
      if (!way.starts_with("java") && !workload.ways.contains(way)) continue;
      Run run = input;
      run.application_id = workload.name + "-" + way + "-" + std::to_string(round);
      run.output = run.application_id + "-out";
      runs[way].push_back(runOnce(broker, workload, way, run));
    }
  }
  broker.deleteTopics(workload.name + "-");
  Results results;
  std::string json = R"({"bench":"compare","workload":")" + workload.name + R"(","records":)" +
                     std::to_string(input.records) + R"(,"rounds":)" + std::to_string(options.rounds) +
                     R"(,"partitions":)" + std::to_string(input.partitions) + R"(,"threads":)" +
                     std::to_string(input.threads);
  for (const auto& [way, figures] : runs) {
    results[way] = medianOf(figures);
    json += ",\"" + way + "\":" + toJson(results[way]);
  }
  std::cout << json + ratios(results) + "}" << std::endl;
}

int runChild(const Workload& workload, const std::string& way, const Run& run, Progress::Clock::time_point started) {
  using Clock = Progress::Clock;
  Progress progress{run.records};
  RunNotes notes;
  workload.ways.at(way)(run, progress, notes);
  const bool early = notes.done_at != Clock::time_point{};
  RunFigures figures = figuresOf(progress, run.records, started, early ? notes.done_at : Clock::now());
  if (notes.running_at != Clock::time_point{})
    figures.running_ms = std::chrono::duration<double, std::milli>(notes.running_at - started).count();
  if (notes.cpu_seconds > 0) figures.cpu_us_per_record = notes.cpu_seconds * 1e6 / static_cast<double>(run.records);
  if (notes.peak_rss_mb > 0) figures.peak_rss_mb = notes.peak_rss_mb;
  figures.gets_ratio = notes.gets_ratio;
  std::cout << toJson(figures) << '\n';
  return 0;
}
