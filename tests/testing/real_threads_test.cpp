// KafkaStreams with its own threads on the InMemoryBroker: waits are real, no server is needed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/dsl/streams_builder.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using Text = std::string;
using Number = std::int64_t;

constexpr std::int32_t partitions = 4;

/// Counts words behind a repartition topic.
Topology countsWords() {
  StreamsBuilder builder;
  builder.stream<Text, Text>("words-in")
      .groupBy([](const Text& word) { return word; }, Grouped::as("words"))
      .count(Materialized::as("counts"))
      .toStream()
      .to("counts-out");
  return builder.build();
}

class RealThreads : public ::testing::Test {
 protected:
  RealThreads() {
    broker->createTopic("words-in", partitions);
    broker->createTopic("counts-out", partitions);
  }

  std::unique_ptr<KafkaStreams> application(const std::string& name) {
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path() / name;
    config.num_stream_threads = 2;
    config.commit_interval = Milliseconds{20};
    config.log = {};
    auto made = std::make_unique<KafkaStreams>(countsWords(), config, broker);
    made->start();
    return made;
  }

  void write(int from, int to) {
    for (int i = from; i < to; ++i) broker->append("words-in", std::to_string(i), "word-" + std::to_string(i % 10));
  }
  /// The largest count of each word that was sent.
  std::map<Text, Number> counts() const {
    std::map<Text, Number> newest;
    for (const BrokerRecord& record : broker->records("counts-out")) {
      const Number count = defaultSerde<Number>().decode(*record.value);
      newest[*record.key] = std::max(newest[*record.key], count);
    }
    return newest;
  }
  bool everyWordCounted(Number times) const {
    const auto all = counts();
    return all.size() == 10 &&
           std::all_of(all.begin(), all.end(), [&](const auto& entry) { return entry.second == times; });
  }

  TempDir directory;
  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
};

TEST_F(RealThreads, CountEveryWord) {
  auto app = application("a");
  write(0, 1000);
  EXPECT_TRUE(waitUntil([&] { return everyWordCounted(100); }));
  EXPECT_TRUE(app->close(seconds{20}));
  EXPECT_TRUE(broker->members("app").empty());
}

TEST_F(RealThreads, ASecondInstanceTakesItsShareAndTheFirstTakesItBack) {
  auto first = application("a");
  write(0, 500);
  ASSERT_TRUE(waitUntil([&] { return everyWordCounted(50); }));
  auto second = application("b");
  ASSERT_TRUE(waitUntil([&] { return broker->members("app").size() == 2 && first->isReady() && second->isReady(); }));
  write(500, 1000);
  ASSERT_TRUE(waitUntil([&] { return everyWordCounted(100); }));
  EXPECT_TRUE(second->close(seconds{20}));
  write(1000, 1500);
  EXPECT_TRUE(waitUntil([&] { return everyWordCounted(150); }));
  EXPECT_TRUE(first->close(seconds{20}));
}

TEST_F(RealThreads, GoOnWhenTheBrokerComesBack) {
  auto app = application("a");
  write(0, 100);
  ASSERT_TRUE(waitUntil([&] { return everyWordCounted(10); }));
  broker->setUnavailable(true);
  write(100, 200);
  broker->setUnavailable(false);
  EXPECT_TRUE(waitUntil([&] { return everyWordCounted(20); }));
  EXPECT_TRUE(app->close(seconds{20}));
}

}  // namespace
}  // namespace widgetstream
