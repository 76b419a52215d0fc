// A process whose memory is measured: many partitions, three stores, and a budget.
//   memory-app load HOST:PORT RECORDS              makes the topics and fills the input
//   memory-app run HOST:PORT STATE-DIR RECORDS [NAME=VALUE...]   takes all of it and prints what it took
// Output: `counted N`, `peak CLASS BYTES of CEILING` for each class, `heap BYTES in use of BYTES` after the close, `resident
// BYTES` (the largest ever, VmHWM).

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

const std::string input = "memory-in";
const std::string output = "memory-out";
constexpr std::int32_t partitions = 64;

LogSink warnings() {
  return logToStandardError(LogLevel::warning);
}

/// A quarter of the records have a key of their own, in no order.
std::string keyOf(std::uint64_t record, std::uint64_t records) {
  const std::uint64_t keys = std::max<std::uint64_t>(records / 4, 1);
  return "customer-" + std::to_string(record * 2'654'435'761U % keys);
}

int load(const std::string& brokers, std::uint64_t records) {
  const auto clients = librdkafkaClients({{"bootstrap.servers", brokers}}, warnings());
  const auto admin = clients->admin({});
  const std::map<std::string, std::string> kept{{"retention.ms", "-1"}};
  admin->createTopics({{input, partitions, 1, kept}, {output, partitions, 1, kept}}, std::chrono::seconds{30});
  const auto producer = clients->producer({});
  Producer::Topic& topic = producer->topic(input);
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  const std::string value(100, 'v');
  for (std::uint64_t i = 0; i < records; ++i) {
    const std::string key = keyOf(i, records);
    OutgoingRecord record;
    record.key = key;
    record.value = value;
    while (!producer->send(topic, record, channel)) producer->poll(Milliseconds{10});
  }
  while (!producer->flush(deliveries, std::chrono::seconds{10})) continue;
  return deliveries.anyFailed() ? 1 : 0;
}

Topology threeStores(std::atomic<std::uint64_t>& taken) {
  StreamsBuilder builder;
  const auto orders = builder.stream<std::string, std::string>(input)
                          .peek([&taken](const std::string&, const std::string&) { ++taken; })
                          .groupByKey();
  orders.count(Materialized::as("counts")).toStream().to(output);
  static_cast<void>(
      orders.reduce([](const std::string&, const std::string& newest) { return newest; }, Materialized::as("newest")));
  static_cast<void>(orders.aggregate(
      [] { return std::string{}; },
      [](const std::string&, const std::string& value, const std::string&) { return value.substr(0, 60); },
      Materialized::as("beginnings")));
  return builder.build();
}

std::size_t largestResident() {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    std::size_t kilobytes = 0;
    if (name == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

/// Hundreds of databases have more files open than a shell allows by default.
void allowOpenFiles() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// The largest that each class was seen with.
class Peaks {
 public:
  void look(const KafkaStreams& app) {
    for (const MemoryClass& now : app.memoryReport().classes) {
      MemoryClass& peak = peaks_[now.name];
      peak.bytes = std::max(peak.bytes, now.bytes);
      peak.ceiling_bytes = now.ceiling_bytes;
    }
  }
  void print() const {
    for (const auto& [name, peak] : peaks_)
      std::cout << "peak " << name << ' ' << peak.bytes << " of " << peak.ceiling_bytes << '\n';
  }

 private:
  std::map<std::string, MemoryClass> peaks_;
};

int run(const std::string& brokers, const std::string& state_dir, std::uint64_t records,
        const std::map<std::string, std::string>& more) {
  allowOpenFiles();
  std::map<std::string, std::string> settings{{"application.id", "memory-app"},
                                              {"bootstrap.servers", brokers},
                                              {"state.dir", state_dir},
                                              {"memory.budget.bytes", "268435456"}};
  for (const auto& [name, value] : more) settings[name] = value;
  StreamsConfig config = StreamsConfig::fromProperties(settings);
  config.log = warnings();
  std::atomic<std::uint64_t> taken{0};
  std::atomic<bool> failed{false};
  ShutdownSignals signals;
  KafkaStreams app{threeStores(taken), config};
  app.setStateListener([&](StreamsState now, StreamsState) { failed = failed || now == StreamsState::error; });
  app.start();
  Peaks peaks;
  while (taken < records && !failed) {
    peaks.look(app);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  std::int64_t counted = 0;
  // The last ones are taken before they are counted.
  while (!failed && counted < static_cast<std::int64_t>(records)) {
    const std::int64_t before = std::exchange(counted, 0);
    if (before > 0) std::this_thread::sleep_for(std::chrono::milliseconds{20});
    app.timestampedKeyValueStore<std::string, std::int64_t>("counts")->all(
        [&](const std::string&, const ValueAndTimestamp<std::int64_t>& count) {
          counted += count.value;
          return true;
        });
  }
  peaks.look(app);
  const bool closed = app.close(std::chrono::minutes{2});
  std::cout << "counted " << counted << '\n';
  peaks.print();
  const auto heap = ::mallinfo2();
  std::cout << "heap " << heap.uordblks + heap.hblkhd << " in use of " << heap.arena + heap.hblkhd << '\n'
            << "resident " << largestResident() << std::endl;
  return closed && !failed && static_cast<std::uint64_t>(counted) == records ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "load" && argc == 4) return load(argv[2], std::stoull(argv[3]));
    if (mode == "run" && argc >= 5) {
      std::map<std::string, std::string> settings;
      for (int i = 5; i < argc; ++i) {
        const std::string setting = argv[i];
        const auto equals = setting.find('=');
        settings[setting.substr(0, equals)] = equals == setting.npos ? "" : setting.substr(equals + 1);
      }
      return run(argv[2], argv[3], std::stoull(argv[4]), settings);
    }
    std::cerr << "usage: memory-app load HOST:PORT RECORDS\n"
                 "       memory-app run HOST:PORT STATE-DIR RECORDS [NAME=VALUE...]\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "memory-app: " << error.what() << '\n';
    return 1;
  }
}
