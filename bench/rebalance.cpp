// How long partitions stand still when an instance joins, leaves, or is killed and started again.
//   rebalance [--rounds 5] [--partitions 12] [--instances 3]

#include <algorithm>
#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <stop_token>
#include <thread>

#include "bench/support/arguments.hpp"
#include "bench/support/event_log.hpp"
#include "bench/support/figures.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/runtime/signals.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/state/store_builders.hpp"

using namespace widgetstream;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Text = std::string;

/// Milliseconds. A pause is the longest time between two records of a partition, whoever handles them; the percentiles
/// are over all partitions and rounds.
struct RebalanceFigures {
  std::string bench = "rebalance";
  std::int64_t partitions = 0;
  std::int64_t rounds = 0;
  double usual_pause_p50_ms = 0;  ///< of as long a time in which nothing happens
  double join_pause_p50_ms = 0;
  double join_pause_max_ms = 0;
  double leave_pause_p50_ms = 0;
  double leave_pause_max_ms = 0;
  double kill_restart_first_record_p50_ms = 0;  ///< from the start of the new process to the first record it handles
  double kill_restart_pause_p50_ms = 0;         ///< of the partitions that the killed process had
  double kill_restart_pause_max_ms = 0;
};

template <>
struct widgetstream::Describe<RebalanceFigures> {
  static constexpr auto fields = describe(
      field("bench", &RebalanceFigures::bench), field("partitions", &RebalanceFigures::partitions),
      field("rounds", &RebalanceFigures::rounds), field("usual_pause_p50_ms", &RebalanceFigures::usual_pause_p50_ms),
      field("join_pause_p50_ms", &RebalanceFigures::join_pause_p50_ms),
      field("join_pause_max_ms", &RebalanceFigures::join_pause_max_ms),
      field("leave_pause_p50_ms", &RebalanceFigures::leave_pause_p50_ms),
      field("leave_pause_max_ms", &RebalanceFigures::leave_pause_max_ms),
      field("kill_restart_first_record_p50_ms", &RebalanceFigures::kill_restart_first_record_p50_ms),
      field("kill_restart_pause_p50_ms", &RebalanceFigures::kill_restart_pause_p50_ms),
      field("kill_restart_pause_max_ms", &RebalanceFigures::kill_restart_pause_max_ms));
};

namespace {

constexpr std::size_t log_capacity = 4'000'000;
constexpr seconds settling{3};

std::int64_t nowNs() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// Counts records in a store, and writes down when it saw each.
class Watching final : public Processor<Text, Text> {
 public:
  explicit Watching(EventLog& log) : log_(log) {}
  using Processor<Text, Text>::init;
  using Processor<Text, Text>::process;
  void init(Context& context) override {
    counts_ = &context.getStateStore<KeyValueStore<Text, Text>>("counts");
    partition_ = context.taskId().partition;
  }
  void process(const Record<Text, Text>& record) override {
    counts_->put(*record.key, std::to_string(std::stoll(counts_->get(*record.key).value_or("0")) + 1));
    log_.add(partition_);
  }

 private:
  EventLog& log_;
  KeyValueStore<Text, Text>* counts_ = nullptr;
  std::int32_t partition_ = -1;
};

/// The life of one instance, in a process of its own.
int instance(const Arguments& arguments) {
  ShutdownSignals signals;
  EventLog log{arguments.text("child-log"), log_capacity};
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"})
      .addProcessor("watch", ProcessorSupplier<Text, Text>{[&] { return std::make_unique<Watching>(log); }}, {"source"})
      .addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("counts")), {"watch"});
  StreamsConfig config;
  config.application_id = "rebalance";
  config.bootstrap_servers = arguments.text("child-servers");
  config.state_dir = arguments.text("child-state");
  config.commit_interval = milliseconds{500};
  config.log = logToStandardError(LogLevel::warning);
  KafkaStreams app{std::move(topology), config};
  app.start();
  signals.wait();
  return app.close(seconds{10}) ? 0 : 1;
}

/// Instances of the application and what they have handled.
class Instances {
 public:
  Instances(std::string servers, const std::filesystem::path& directory)
      : servers_(std::move(servers)), directory_(directory) {}

  /// Starts the instance of this name, with the state that it had before. Answers when.
  std::int64_t start(const std::string& name) {
    const auto log = directory_ / (name + "-" + std::to_string(logs_.size()) + ".log");
    logs_.push_back(log);
    newest_log_[name] = log;
    const std::int64_t started = nowNs();
    running_[name] = std::make_unique<Process>(
        ProcessOptions{.command = {std::filesystem::read_symlink("/proc/self/exe").string(), "--child-log", log.string(),
                                   "--child-servers", servers_, "--child-state", (directory_ / name).string()},
                       .output = directory_ / (name + ".out")});
    return started;
  }
  void stop(const std::string& name) { (void)running_.at(name)->end(SIGTERM, seconds{20}); running_.erase(name); }
  void kill(const std::string& name) { (void)running_.at(name)->end(SIGKILL, seconds{5}); running_.erase(name); }
  [[nodiscard]] std::vector<HandledRecord> handledBy(const std::string& name) const {
    return EventLog::read(newest_log_.at(name));
  }
  [[nodiscard]] bool waitUntilWorking(const std::string& name) const {
    return waitUntil([&] { return !handledBy(name).empty(); }, seconds{60});
  }

  /// The longest pause of each partition between two moments, in milliseconds.
  [[nodiscard]] std::map<std::int32_t, double> pauses(std::int64_t from, std::int64_t to) const {
    std::map<std::int32_t, std::vector<std::int64_t>> times;
    for (const auto& log : logs_) {
      for (const HandledRecord& record : EventLog::read(log)) {
        if (record.at_ns >= from && record.at_ns <= to) times[record.partition].push_back(record.at_ns);
      }
    }
    std::map<std::int32_t, double> pauses;
    for (auto& [partition, at] : times) {
      std::sort(at.begin(), at.end());
      for (std::size_t i = 1; i < at.size(); ++i)
        pauses[partition] = std::max(pauses[partition], static_cast<double>(at[i] - at[i - 1]) / 1e6);
    }
    return pauses;
  }

 private:
  std::string servers_;
  std::filesystem::path directory_;
  std::vector<std::filesystem::path> logs_;
  std::map<std::string, std::filesystem::path> newest_log_;
  std::map<std::string, std::unique_ptr<Process>> running_;
};

/// Writes to every partition all the time.
void produce(const std::stop_token& stop, const std::string& servers, int partitions) {
  KafkaClient client{servers, {{"linger.ms", "0"}}};
  std::vector<KafkaTestRecord> records;
  for (int partition = 0; partition < partitions; ++partition)
    records.push_back({.key = "key" + std::to_string(partition), .value = "x", .partition = partition});
  while (!stop.stop_requested()) {
    client.produce("in", records);
    std::this_thread::sleep_for(milliseconds{1});
  }
}

void append(std::vector<double>& to, const std::map<std::int32_t, double>& pauses) {
  for (const auto& [partition, pause] : pauses) to.push_back(pause);
}

double largest(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

int measure(const Arguments& arguments) {
  const auto rounds = arguments.number("rounds");
  const auto partitions = static_cast<int>(arguments.number("partitions"));
  KafkaBroker broker;
  KafkaClient client{broker.bootstrapServers()};
  client.createTopic("in", partitions);
  const TempDir directory;
  Instances instances{broker.bootstrapServers(), directory.path()};
  std::jthread load{[&](const std::stop_token& stop) { produce(stop, broker.bootstrapServers(), partitions); }};

  std::vector<std::string> names;
  for (std::int64_t i = 0; i < arguments.number("instances"); ++i) names.push_back("instance-" + std::to_string(i));
  for (const std::string& name : names) {
    instances.start(name);
    if (!instances.waitUntilWorking(name)) throw std::runtime_error{name + " does not come to work"};
    std::this_thread::sleep_for(settling);
  }
  std::vector<double> usual;
  std::vector<double> join;
  std::vector<double> leave;
  std::vector<double> restart;
  std::vector<double> first_record;
  for (std::int64_t round = 0; round < rounds; ++round) {
    std::int64_t from = nowNs();
    std::this_thread::sleep_for(settling);
    append(usual, instances.pauses(from, nowNs()));

    from = instances.start("joining");
    if (!instances.waitUntilWorking("joining")) throw std::runtime_error{"nobody joins"};
    std::this_thread::sleep_for(settling);
    append(join, instances.pauses(from, nowNs()));

    from = nowNs();
    instances.stop("joining");
    std::this_thread::sleep_for(settling);
    append(leave, instances.pauses(from, nowNs()));

    const std::string& victim = names[static_cast<std::size_t>(round) % names.size()];
    std::map<std::int32_t, bool> had;
    const auto handled = instances.handledBy(victim);
    for (std::size_t i = handled.size() > 5'000 ? handled.size() - 5'000 : 0; i < handled.size(); ++i)
      had[handled[i].partition] = true;
    from = nowNs();
    instances.kill(victim);
    const std::int64_t started = instances.start(victim);
    if (!instances.waitUntilWorking(victim)) throw std::runtime_error{victim + " does not come back"};
    first_record.push_back(static_cast<double>(instances.handledBy(victim).front().at_ns - started) / 1e6);
    std::this_thread::sleep_for(settling);
    for (const auto& [partition, pause] : instances.pauses(from, nowNs())) {
      if (had.contains(partition)) restart.push_back(pause);
    }
  }
  load.request_stop();
  for (const std::string& name : names) instances.stop(name);
  std::cout << toJson(RebalanceFigures{.partitions = partitions,
                                       .rounds = rounds,
                                       .usual_pause_p50_ms = rounded(median(usual)),
                                       .join_pause_p50_ms = rounded(median(join)),
                                       .join_pause_max_ms = rounded(largest(join)),
                                       .leave_pause_p50_ms = rounded(median(leave)),
                                       .leave_pause_max_ms = rounded(largest(leave)),
                                       .kill_restart_first_record_p50_ms = rounded(median(first_record)),
                                       .kill_restart_pause_p50_ms = rounded(median(restart)),
                                       .kill_restart_pause_max_ms = rounded(largest(restart))})
            << "\n";
  return 0;
}

int rebalance(int argc, char** argv) {
  const Arguments arguments{argc,
                            argv,
                            {{"rounds", "5"},
                             {"partitions", "12"},
                             {"instances", "3"},
                             {"child-log", ""},
                             {"child-servers", ""},
                             {"child-state", ""}}};
  return arguments.text("child-log").empty() ? measure(arguments) : instance(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return runProgram("rebalance", argc, argv, rebalance);
}
