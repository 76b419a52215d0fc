// The same work by Java Kafka Streams, by a hand-written loop and by WidgetStream in turn, on one broker.
//   compare [--workloads passthrough,count | all] [--records 2000000] [--rounds 3]
//           [--ways java,java512,hand,widgetstream] [--partitions 4] [--threads 1]

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "bench/compare/comparison.hpp"
#include "bench/compare/java_run.hpp"
#include "bench/support/arguments.hpp"

namespace {

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream rest{text};
  for (std::string part; std::getline(rest, part, ',');) parts.push_back(part);
  return parts;
}

const Workload& named(const std::string& name) {
  std::string all;
  for (const Workload& workload : workloads()) {
    if (workload.name == name) return workload;
    all += " " + workload.name;
  }
  throw std::invalid_argument{"there is no workload '" + name + "'; there are" + all};
}

std::vector<const Workload*> chosen(const std::string& text) {
  std::vector<const Workload*> found;
  if (text == "all") {
    for (const Workload& workload : workloads()) found.push_back(&workload);
  } else {
    for (const std::string& name : listed(text)) found.push_back(&named(name));
  }
  return found;
}

int compareAll(int argc, char** argv) {
  const Arguments arguments{argc, argv,
                            {{"workloads", "all"},
                             {"records", "2000000"},
                             {"rounds", "3"},
                             {"ways", "java,java512,hand,widgetstream"},
                             {"partitions", std::to_string(bench_partitions)},
                             {"threads", "1"},
                             {"child", ""},
                             {"child-started", "0"},
                             {"child-bootstrap", ""},
                             {"child-application", ""},
                             {"child-input", ""},
                             {"child-table", ""},
                             {"child-output", ""},
                             {"child-state", ""}}};
  if (const std::string& way = arguments.text("child"); !way.empty()) {
    const Run run{.bootstrap_servers = arguments.text("child-bootstrap"),
                  .application_id = arguments.text("child-application"),
                  .input = arguments.text("child-input"),
                  .table = arguments.text("child-table"),
                  .output = arguments.text("child-output"),
                  .state_directory = arguments.text("child-state"),
                  .records = arguments.number("records"),
                  .partitions = static_cast<int>(arguments.number("partitions")),
                  .threads = static_cast<int>(arguments.number("threads"))};
    const Progress::Clock::time_point started{Progress::Clock::duration{arguments.number("child-started")}};
    return runChild(named(arguments.text("workloads")), way, run, started);
  }
  const std::vector<const Workload*> work = chosen(arguments.text("workloads"));
  const ComparisonOptions options{.records = arguments.number("records"),
                                  .rounds = arguments.number("rounds"),
                                  .threads = static_cast<int>(arguments.number("threads")),
                                  .ways = listed(arguments.text("ways"))};
  if (std::any_of(options.ways.begin(), options.ways.end(), [](const auto& way) { return way.starts_with("java"); }))
    buildJava();
  BenchBroker broker{static_cast<int>(arguments.number("partitions"))};
  for (const Workload* workload : work) compare(broker, *workload, options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return runProgram("compare", argc, argv, compareAll);
}
