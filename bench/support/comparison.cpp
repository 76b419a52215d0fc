#include "bench/support/comparison.hpp"

#include <algorithm>
#include <stdexcept>

#include "bench/support/child.hpp"

using namespace widgetstream;

namespace {

constexpr const char* input = "bench-in";
constexpr const char* output = "bench-out";
constexpr std::int64_t most_keys = 100'000;

const RunFigures* find(const Comparison::Results& results, const std::string& way) {
  const auto found = std::find_if(results.begin(), results.end(), [&](const auto& result) { return result.first == way; });
  return found == results.end() ? nullptr : &found->second;
}

}  // namespace

Comparison::Comparison(std::string name, std::string store, int argc, char** argv)
    : name_(std::move(name)),
      store_(std::move(store)),
      arguments_(argc, argv,
                 {{"records", "2000000"},
                  {"rounds", "3"},
                  {"child", ""},
                  {"child-started", "0"},
                  {"child-bootstrap", ""},
                  {"child-application", ""}}) {}

std::int64_t Comparison::keys() const {
  return std::min(records(), most_keys);
}

int Comparison::runChild(const std::map<std::string, Way>& ways) const {
  Progress progress{records()};
  ways.at(arguments_.text("child"))({.bootstrap_servers = arguments_.text("child-bootstrap"),
                                     .input = input,
                                     .output = output,
                                     .application_id = arguments_.text("child-application")},
                                    progress);
  printFigures(progress, records(), arguments_.number("child-started"));
  return 0;
}

void Comparison::load(BenchBroker& broker) const {
  broker.load(input, records(), keys());
}

Comparison::Results Comparison::inTurn(BenchBroker& broker, const std::vector<std::string>& ways,
                                       const std::function<void(const std::string& output)>& check) const {
  std::map<std::string, std::vector<RunFigures>> runs;
  for (std::int64_t round = 0; round < arguments_.number("rounds"); ++round) {
    for (const std::string& way : ways) {
      const std::string application = name_ + "-" + way + "-" + std::to_string(round);
      std::vector<std::string> topics{output};
      if (!store_.empty()) topics.push_back(application + "-" + store_ + "-changelog");
      for (const std::string& topic : topics) broker.createTopic(topic);
      runs[way].push_back(runInChild({"--child", way, "--records", arguments_.text("records"), "--child-bootstrap",
                                      broker.bootstrapServers(), "--child-application", application}));
      check(output);
      broker.deleteTopics(topics);
    }
  }
  Results results;
  for (const std::string& way : ways) results.emplace_back(way, medianOf(runs.at(way)));
  return results;
}

void Comparison::expectRecords(const BenchBroker& broker, const std::string& topic, std::int64_t expected) const {
  const std::int64_t found = broker.recordsIn(topic);
  if (found != expected)
    throw std::runtime_error{topic + " holds " + std::to_string(found) + " records instead of " +
                             std::to_string(expected)};
}

std::string Comparison::line(const Results& results) const {
  std::string json = R"({"bench":")" + name_ + R"(","records":)" + arguments_.text("records") + R"(,"rounds":)" +
                     arguments_.text("rounds");
  for (const auto& [way, figures] : results) json += ",\"" + way + "\":" + toJson(figures);
  for (const std::string suffix : {"", "_uncached"}) {
    const RunFigures* hand = find(results, "hand" + suffix);
    const RunFigures* ours = find(results, "widgetstream" + suffix);
    if (hand && ours)
      json += ",\"ratio" + suffix + "\":" + toJson(rounded(ours->records_per_s / hand->records_per_s));
  }
  return json + "}";
}
