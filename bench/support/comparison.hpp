#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/support/arguments.hpp"
#include "bench/support/broker.hpp"
#include "bench/support/figures.hpp"
#include "bench/support/progress.hpp"

/// What a measured run is told.
struct Run {
  std::string bootstrap_servers;
  std::string input;
  std::string output;
  std::string application_id;
};

/// One workload done in several ways in turn, each run in a process of its own: what a throughput program is.
class Comparison {
 public:
  /// Takes --records and --rounds. `store`: whose changelog topic each run finds; empty for a workload without one.
  Comparison(std::string name, std::string store, int argc, char** argv);

  [[nodiscard]] std::int64_t records() const { return arguments_.number("records"); }
  /// How many different keys the records have.
  [[nodiscard]] std::int64_t keys() const;

  /// True in the process of one run, which then is all that it has to do.
  [[nodiscard]] bool isChild() const { return !arguments_.text("child").empty(); }
  /// `ways` process records() records of run.input, told to the progress, and return when everything is closed.
  using Way = std::function<void(const Run& run, Progress& progress)>;
  int runChild(const std::map<std::string, Way>& ways) const;

  void load(BenchBroker& broker) const;
  using Results = std::vector<std::pair<std::string, RunFigures>>;
  /// Runs each way once a round on fresh topics, which `check` may look at before they are deleted. Medians, by way.
  [[nodiscard]] Results inTurn(BenchBroker& broker, const std::vector<std::string>& ways,
                               const std::function<void(const std::string& output)>& check) const;
  /// Errors  std::runtime_error when the topic does not hold exactly so many
  void expectRecords(const BenchBroker& broker, const std::string& topic, std::int64_t expected) const;

  /// The results as a line of JSON, with what each way reaches of its hand-written loop: of "hand" for
  /// "widgetstream", of "hand_uncached" for "widgetstream_uncached".
  [[nodiscard]] std::string line(const Results& results) const;

 private:
  std::string name_;
  std::string store_;
  Arguments arguments_;
};
