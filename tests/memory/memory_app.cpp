// A process whose memory is measured: many partitions, three stores, and a budget.
//   memory-app load HOST:PORT RECORDS [PARTITIONS KEYS]           makes the topics and fills the input
//   memory-app run HOST:PORT STATE-DIR RECORDS [NAME=VALUE...]    takes all of it into three stores and prints what it took
//   memory-app soak HOST:PORT STATE-DIR RECORDS [NAME=VALUE...]   the same with one store
// Output: `at RECORDS BYTES resident FILES open` at each twentieth of the records, then `counted N`, `peak CLASS BYTES of
// CEILING` for each class, `heap BYTES in use of BYTES` after the close, `resident BYTES` (the largest ever, VmHWM).

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "widgetstream/widgetstream.hpp"

using namespace widgetstream;

namespace {

const std::string input = "memory-in";
const std::string output = "memory-out";

LogSink warnings() {
  return logToStandardError(LogLevel::warning);
}

/// Keys come in no order.
std::string keyOf(std::uint64_t record, std::uint64_t keys) {
  return "customer-" + std::to_string(record * 2'654'435'761U % keys);
}

int load(const std::string& brokers, std::uint64_t records, std::int32_t partitions, std::uint64_t keys) {
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
    const std::string key = keyOf(i, keys);
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

Topology oneStore(std::atomic<std::uint64_t>& taken) {
  StreamsBuilder builder;
  builder.stream<std::string, std::string>(input)
      .peek([&taken](const std::string&, const std::string&) { ++taken; })
      .groupByKey()
      .count(Materialized::as("counts"))
      .toStream()
      .to(output);
  return builder.build();
}

/// A line of /proc/self/status that is in kilobytes: VmRSS is what is resident now, VmHWM the largest ever.
std::size_t statusBytes(const std::string& line) {
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    std::size_t kilobytes = 0;
    if (name == line + ":" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

std::size_t openFiles() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

/// Prints memory and files at each twentieth of the records.
class Samples {
 public:
  explicit Samples(std::uint64_t records) : step_(std::max<std::uint64_t>(records / 20, 1)) {}

  void look(std::uint64_t taken) {
    if (taken < next_) return;
    std::cout << "at " << taken << ' ' << statusBytes("VmRSS") << " resident " << openFiles() << " open" << std::endl;
    next_ = (taken / step_ + 1) * step_;
  }

 private:
  std::uint64_t step_;
  std::uint64_t next_ = 0;
};

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

using Drawing = Topology (*)(std::atomic<std::uint64_t>& taken);

int run(Drawing draw, const std::string& brokers, const std::string& state_dir, std::uint64_t records,
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
  KafkaStreams app{draw(taken), config};
  app.setStateListener([&](StreamsState now, StreamsState) { failed = failed || now == StreamsState::error; });
  app.start();
  Peaks peaks;
  Samples samples{records};
  while (taken < records && !failed) {
    peaks.look(app);
    samples.look(taken);
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
  samples.look(taken);
  const bool closed = app.close(std::chrono::minutes{2});
  std::cout << "counted " << counted << '\n';
  peaks.print();
  const auto heap = ::mallinfo2();
  std::cout << "heap " << heap.uordblks + heap.hblkhd << " in use of " << heap.arena + heap.hblkhd << '\n'
            << "resident " << statusBytes("VmHWM") << std::endl;
  return closed && !failed && static_cast<std::uint64_t>(counted) == records ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "load" && (argc == 4 || argc == 6)) {
      const std::uint64_t records = std::stoull(argv[3]);
      const bool usual = argc == 4;
      return load(argv[2], records, usual ? 64 : std::stoi(argv[4]),
                  usual ? std::max<std::uint64_t>(records / 4, 1) : std::stoull(argv[5]));
    }
    if ((mode == "run" || mode == "soak") && argc >= 5) {
      std::map<std::string, std::string> settings;
      for (int i = 5; i < argc; ++i) {
        const std::string setting = argv[i];
        const auto equals = setting.find('=');
        settings[setting.substr(0, equals)] = equals == setting.npos ? "" : setting.substr(equals + 1);
      }
      return run(mode == "run" ? threeStores : oneStore, argv[2], argv[3], std::stoull(argv[4]), settings);
    }
    std::cerr << "usage: memory-app load HOST:PORT RECORDS [PARTITIONS KEYS]\n"
                 "       memory-app run|soak HOST:PORT STATE-DIR RECORDS [NAME=VALUE...]\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "memory-app: " << error.what() << '\n';
    return 1;
  }
}
