#include "tests/support/kafka_broker.hpp"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/kafka_client.hpp"
#include "tests/support/server_files.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

constexpr std::chrono::seconds start_timeout{60};
constexpr std::chrono::seconds stop_timeout{30};
// Any base64 of 16 bytes.
constexpr const char* cluster_id = "WidgetStreamTestBrokrQ";

std::vector<std::string> java(const std::string& main_class, std::vector<std::string> arguments) {
  // Short lived: the first compiler alone starts faster than both, and the serial collector has no threads to start.
  std::vector<std::string> command{"java",
                                   "-Xmx512m",
                                   "-XX:+UseSerialGC",
                                   "-XX:TieredStopAtLevel=1",
                                   "-Dorg.slf4j.simpleLogger.showDateTime=true",
                                   "-cp",
                                   serverClassPath("kafka"),
                                   main_class};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace

KafkaBroker::KafkaBroker(Properties extra, std::optional<Detour> detour)
    : port_(freePort()), controller_port_(freePort()), bootstrap_servers_("127.0.0.1:" + std::to_string(port_)) {
  writeProperties(extra, detour);
  format();
  start();
}

KafkaBroker::~KafkaBroker() = default;

void KafkaBroker::writeProperties(const Properties& extra, const std::optional<Detour>& detour) {
  const auto controller = "127.0.0.1:" + std::to_string(controller_port_);
  Properties properties{
      {"process.roles", "broker,controller"},
      {"node.id", "1"},
      {"controller.quorum.voters", "1@" + controller},
      {"controller.listener.names", "CONTROLLER"},
      {"listeners", "PLAINTEXT://" + bootstrap_servers_ + ",CONTROLLER://" + controller},
      {"advertised.listeners", "PLAINTEXT://" + bootstrap_servers_},
      // After a kill the controller waits this long before it takes the broker back; the default is nine seconds.
      {"broker.session.timeout.ms", "3000"},
      {"broker.heartbeat.interval.ms", "500"},
      {"log.dirs", (directory_.path() / "data").string()},
      {"auto.create.topics.enable", "false"},
      {"group.initial.rebalance.delay.ms", "0"},
      {"group.min.session.timeout.ms", "1000"},
      {"offsets.topic.replication.factor", "1"},
      {"offsets.topic.num.partitions", "1"},
      {"transaction.state.log.replication.factor", "1"},
      {"transaction.state.log.min.isr", "1"},
      {"transaction.state.log.num.partitions", "1"},
      {"share.coordinator.state.topic.replication.factor", "1"},
      {"share.coordinator.state.topic.min.isr", "1"},
      {"share.coordinator.state.topic.num.partitions", "1"},
      {"log.retention.ms", "-1"},
      {"log.message.timestamp.after.max.ms", "9223372036854775807"},
      {"log.cleaner.dedupe.buffer.size", "8388608"},
  };
  if (detour) {
    const auto listener = [](int port) { return ",DETOUR://127.0.0.1:" + std::to_string(port); };
    properties["listeners"] += listener(detour->port);
    properties["advertised.listeners"] += listener(detour->seen_as);
    properties["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,DETOUR:PLAINTEXT";
  }
  for (const auto& [name, value] : extra) properties[name] = value;
  std::ofstream file{directory_.path() / "server.properties"};
  for (const auto& [name, value] : properties) file << name << '=' << value << '\n';
}

void KafkaBroker::format() {
  const auto log = directory_.path() / "format.log";
  Process tool{{.command = java("kafka.tools.StorageTool", {"format", "--cluster-id", cluster_id, "--config",
                                                            (directory_.path() / "server.properties").string()}),
                .output = log}};
  const auto ended = tool.wait(start_timeout);
  if (!ended || ended->code != 0) throw std::runtime_error{"KafkaBroker: format failed:\n" + logTail(log)};
}

void KafkaBroker::start() {
  if (process_ && process_->running()) return;
  process_ = std::make_unique<Process>(
      ProcessOptions{.command = java("kafka.Kafka", {(directory_.path() / "server.properties").string()}),
                     .output = directory_.path() / "broker.log"});
  waitUntilReady();
}

void KafkaBroker::waitUntilReady() {
  KafkaClient client{bootstrap_servers_};
  const auto answers = [&] { return client.brokerCount(std::chrono::milliseconds{500}) == 1; };
  bool ready = false;
  (void)waitUntil([&] { return (ready = answers()) || !process_->running(); }, start_timeout);
  if (!ready) {
    throw std::runtime_error{"KafkaBroker: no answer at " + bootstrap_servers_ + ":\n" +
                             logTail(directory_.path() / "broker.log")};
  }
}

void KafkaBroker::stop() {
  process_->end(SIGTERM, stop_timeout);
}
void KafkaBroker::kill() {
  process_->end(SIGKILL);
}

void KafkaBroker::freeze() {
  process_->signal(SIGSTOP);
}
void KafkaBroker::thaw() {
  process_->signal(SIGCONT);
}

void KafkaBroker::restart() {
  stop();
  start();
}

KafkaBroker& sharedKafkaBroker() {
  static KafkaBroker broker;
  return broker;
}

}  // namespace widgetstream
