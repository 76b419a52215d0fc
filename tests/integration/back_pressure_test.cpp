// What cannot go on holds back fetching: a slow processor, a slow sink, a slow broker. Memory stays where it is
// meanwhile, and nothing is lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>

#include "tests/support/bad_network.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/widgetstream.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using Text = std::string;

constexpr std::size_t mebi = std::size_t{1} << 20;
constexpr std::size_t records = 60'000;
constexpr int partitions = 8;

/// Lets through what arrives while it is open.
class Gate {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++arrived_;
    opened_.wait(lock, [this] { return open_; });
    ++passed_;
  }
  void open() {
    {
      const std::lock_guard lock{mutex_};
      open_ = true;
    }
    opened_.notify_all();
  }
  [[nodiscard]] bool isOpen() const {
    const std::lock_guard lock{mutex_};
    return open_;
  }
  [[nodiscard]] std::size_t arrived() const {
    const std::lock_guard lock{mutex_};
    return arrived_;
  }
  [[nodiscard]] std::size_t passed() const {
    const std::lock_guard lock{mutex_};
    return passed_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
  std::size_t arrived_ = 0;
  std::size_t passed_ = 0;
};

/// What a sink has taken and not written. It wants no more than a hundred records, and writes when the gate is open.
struct SinkState {
  Gate& gate;
  std::atomic<std::size_t> offered{0};
  std::atomic<std::size_t> waiting{0};
};

class SlowSink final : public Sink {
 public:
  explicit SlowSink(SinkState& state) : state_(state) {}
  void offer(const AnyRecord&, const RecordContext&, std::uint32_t) override {
    ++state_.offered;
    ++state_.waiting;
    ++own_;
  }
  bool ready() override {
    writeIfOpen();
    return own_ < 100;
  }
  void beginFlush() override { writeIfOpen(); }
  Flush flushed() override {
    writeIfOpen();
    return own_ == 0 ? Flush::done : Flush::pending;
  }
  void close() noexcept override { writeIfOpen(); }

 private:
  void writeIfOpen() {
    if (!state_.gate.isOpen()) return;
    state_.waiting -= own_;
    own_ = 0;
  }

  SinkState& state_;
  std::size_t own_ = 0;
};

/// 60 MB of input, and budgets of which fetching has 8 MiB.
class BackPressure : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    bad = std::make_unique<BrokerOnABadNetwork>();
    client = std::make_unique<KafkaClient>(bad->broker().bootstrapServers());
    client->createTopic("in", partitions);
    std::vector<KafkaTestRecord> all;
    for (std::size_t i = 0; i < records; ++i) {
      KafkaTestRecord record;
      record.key = "key" + std::to_string(i);
      record.value = Text(1000, 'v');
      all.push_back(std::move(record));
    }
    client->produce("in", all);
  }
  static void TearDownTestSuite() {
    client.reset();
    bad.reset();
  }

  [[nodiscard]] StreamsConfig config(const Text& application) const {
    StreamsConfig config;
    config.application_id = application;
    config.bootstrap_servers = bad->broker().bootstrapServers();
    config.state_dir = directory.path();
    config.commit_interval = Milliseconds{200};
    config.memory_budget_bytes = 64 * mebi;
    config.log = logToStandardError(LogLevel::error);
    return config;
  }

  static std::size_t fetched(const KafkaStreams& app) { return app.memoryReport().find("fetch-queues")->bytes; }
  /// Fetching has brought what it may and brings no more. Answers what it holds.
  static std::size_t settled(const KafkaStreams& app) {
    std::size_t last = 0;
    int same = 0;
    EXPECT_TRUE(waitUntil(
        [&] {
          const std::size_t now = fetched(app);
          same = now == last && now > 0 ? same + 1 : 0;
          last = now;
          return same >= 50;
        },
        seconds{60}))
        << "fetching goes on and on";
    return last;
  }
  static void expectWithinCeilings(const KafkaStreams& app) {
    for (const MemoryClass& one : app.memoryReport().classes) EXPECT_LE(one.bytes, one.ceiling_bytes) << one.name;
  }
  /// Keys of all records that an output holds.
  static std::set<Text> keysIn(const Text& topic) {
    std::set<Text> keys;
    for (const KafkaTestRecord& record : client->consumeAtLeast(topic, records, seconds{60})) keys.insert(*record.key);
    return keys;
  }
  static std::int64_t committed(const Text& application) {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : client->committedOffsets(application)) sum += offset;
    return sum;
  }

  static std::unique_ptr<BrokerOnABadNetwork> bad;
  static std::unique_ptr<KafkaClient> client;
  TempDir directory;
};
std::unique_ptr<BrokerOnABadNetwork> BackPressure::bad;
std::unique_ptr<KafkaClient> BackPressure::client;

TEST_F(BackPressure, OfASlowProcessorPausesFetching) {
  client->createTopic("processed", partitions);
  Gate gate;
  StreamsBuilder builder;
  builder.stream<Text, Text>("in").peek([&](const Text&, const Text&) { gate.pass(); }).to("processed");
  KafkaStreams app{builder.build(), config("slow-processor")};
  app.start();
  ASSERT_TRUE(waitUntil([&] { return gate.arrived() > 0; }, seconds{60}));
  const std::size_t held = settled(app);
  EXPECT_LE(held, 10 * mebi) << "of 60 MB";
  expectWithinCeilings(app);
  EXPECT_EQ(gate.arrived(), 1U);

  gate.open();
  EXPECT_TRUE(waitUntil([&] { return gate.passed() == records; }, seconds{120})) << gate.passed();
  EXPECT_TRUE(app.close(seconds{30}));
  EXPECT_EQ(keysIn("processed").size(), records);
  EXPECT_EQ(committed("slow-processor"), static_cast<std::int64_t>(records));
}

TEST_F(BackPressure, OfASlowSinkPausesFetching) {
  Gate gate;
  SinkState state{gate};
  StreamsBuilder builder;
  builder.stream<Text, Text>("in").sinkTo(SinkSupplier<Text, Text>{
      [&](const SinkContext&, bool) { return std::make_unique<SlowSink>(state); }, true, "slow"});
  KafkaStreams app{builder.build(), config("slow-sink")};
  app.start();
  ASSERT_TRUE(waitUntil([&] { return state.offered > 0; }, seconds{60}));
  const std::size_t held = settled(app);
  EXPECT_LE(held, 10 * mebi) << "of 60 MB";
  EXPECT_LE(state.waiting, 100U * partitions) << "no task goes on when its sink is full";
  expectWithinCeilings(app);
  EXPECT_EQ(committed("slow-sink"), 0) << "nothing is committed that is not written";

  gate.open();
  EXPECT_TRUE(waitUntil([&] { return state.offered == records; }, seconds{120})) << state.offered;
  EXPECT_TRUE(app.close(seconds{30}));
  EXPECT_EQ(state.waiting, 0U);
  EXPECT_EQ(committed("slow-sink"), static_cast<std::int64_t>(records));
}

TEST_F(BackPressure, OfASlowBrokerSlowsProcessing) {
  client->createTopic("written", partitions);
  Gate gate;
  StreamsBuilder builder;
  builder.stream<Text, Text>("in").peek([&](const Text&, const Text&) { gate.pass(); }).to("written");
  StreamsConfig of_app = config("slow-broker");
  of_app.bootstrap_servers = bad->bootstrapServers();
  of_app.producer_properties["queue.buffering.max.messages"] = "1000";
  KafkaStreams app{builder.build(), of_app};
  app.start();
  ASSERT_TRUE(waitUntil([&] { return gate.arrived() > 0; }, seconds{60}));
  static_cast<void>(settled(app));

  // Every connection by itself: the group hears from its member, and records of a kilobyte leave twenty in a second.
  bad->network().delay(Milliseconds{0}, Milliseconds{0}, 20'000);
  gate.open();
  EXPECT_TRUE(waitUntil([&] { return gate.passed() >= 1001; }, seconds{30})) << gate.passed();
  expectWithinCeilings(app);
  EXPECT_GT(app.memoryReport().find("produce-queue")->bytes, 500 * 1000U);
  EXPECT_LE(gate.passed(), 10'000U) << "what the produce queue takes, what has left, and the one that waits";

  bad->network().delay(Milliseconds{0});
  EXPECT_EQ(keysIn("written").size(), records) << "nothing is lost";
  EXPECT_TRUE(app.close(seconds{60}));
}

}  // namespace
}  // namespace widgetstream
