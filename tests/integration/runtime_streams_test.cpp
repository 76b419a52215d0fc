// KafkaStreams on a real broker: topics, commits, restarts, takeovers, restore, and a broker that goes away.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>

#include "tests/integration/counting_on_kafka.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Pair;
using Text = std::string;

class RuntimeOnKafka : public CountingOnKafka {
 protected:
  RuntimeOnKafka() : CountingOnKafka("runtime") {}
};

TEST_F(RuntimeOnKafka, ProcessesCommitsAndMakesItsTopicsWithJavasConfigs) {
  auto app = started();
  ASSERT_TRUE(waitForRunning(*app)) << app->readiness().reason;
  produceRounds(10, 3);
  EXPECT_EQ(outputs(30).size(), 30U);
  EXPECT_TRUE(waitUntil([&] { return committed() == 30; }));
  const auto configs = client_.topicConfigs(application_id_ + "-counts-changelog");
  EXPECT_THAT(configs, AllOf(Contains(Pair("cleanup.policy", "compact")),
                             Contains(Pair("message.timestamp.type", "CreateTime"))));
  EXPECT_EQ(client_.topics().at(application_id_ + "-counts-changelog"), 4);
  EXPECT_TRUE(app->close(seconds{30}));
}

TEST_F(RuntimeOnKafka, GoesOnWithinASecondAfterACleanStop) {
  auto first = started();
  ASSERT_TRUE(waitForRunning(*first));
  produceRounds(10, 2);
  ASSERT_EQ(outputs(20).size(), 20U);
  ASSERT_TRUE(first->close(seconds{30}));
  EXPECT_EQ(committed(), 20);
  first.reset();

  const auto restarted = steady_clock::now();
  auto second = started();
  ASSERT_TRUE(waitForRunning(*second));
  const auto took = steady_clock::now() - restarted;
  EXPECT_LT(took, seconds{5}) << "a bound for busy machines; bench/ has the figure";
  RecordProperty("restart_ms", static_cast<int>(std::chrono::duration_cast<milliseconds>(took).count()));
  produceRounds(10, 1);
  const auto all = outputs(30);
  EXPECT_EQ(all.size(), 30U) << "nothing is done twice after a clean stop";
  for (const auto& [key, count] : largest(all)) EXPECT_EQ(count, 3) << key;
}

TEST_F(RuntimeOnKafka, RestoresItsStoresFromTheirChangelogsWhenLocalStateIsLost) {
  auto first = started();
  ASSERT_TRUE(waitForRunning(*first));
  produceRounds(200, 5);
  ASSERT_EQ(outputs(1'000).size(), 1'000U);
  ASSERT_TRUE(first->close(seconds{30}));
  first.reset();
  std::filesystem::remove_all(directory_.path() / "one");

  auto second = started();
  ASSERT_TRUE(waitForRunning(*second));
  EXPECT_EQ((second->keyValueStore<Text, Text>("counts")->get("key7")), "5");
  EXPECT_GE(second->metrics().total("kafka_streams_stream_state_updater_metrics_restore_records_total"), 200U);
}

TEST_F(RuntimeOnKafka, SharesItsTasksAndTakesOverWhatAnotherInstanceLeaves) {
  auto one = started("one");
  ASSERT_TRUE(waitForRunning(*one));
  produceRounds(40, 2);
  auto two = started("two");
  ASSERT_TRUE(waitUntil([&] {
    return one->isReady() && two->isReady() && one->storePartitions("counts").local.size() == 2 &&
           two->storePartitions("counts").local.size() == 2;
  })) << one->readiness().reason
      << " / " << two->readiness().reason;
  produceRounds(40, 2);
  ASSERT_GE(outputs(160).size(), 160U);
  ASSERT_TRUE(two->close(seconds{30}));
  ASSERT_TRUE(waitUntil([&] { return one->isReady() && one->storePartitions("counts").complete(); }));
  produceRounds(40, 1);
  const auto all = outputs(200);
  EXPECT_EQ(all.size(), 200U) << "clean handovers repeat nothing";
  for (const auto& [key, count] : largest(all)) EXPECT_EQ(count, 5) << key;
}

TEST_F(RuntimeOnKafka, WaitsForMissingInputTopics) {
  Topology topology;
  topology.addSource<Text, Text>("source", {application_id_ + "-later"})
      .addSink<Text, Text>("sink", output_, {"source"});
  KafkaStreams app{std::move(topology), config()};
  app.start();
  ASSERT_TRUE(waitUntil([&] { return app.readiness().reason.find("missing source topics") != std::string::npos; }));
  EXPECT_EQ(app.state(), StreamsState::rebalancing);
  client_.createTopic(application_id_ + "-later", 2);
  EXPECT_TRUE(waitForRunning(app));
}

TEST_F(RuntimeOnKafka, CutsDeadLettersThatTheirTopicDoesNotTake) {
  struct Picky {
    void encode(const Text& value, Bytes& out) const { out += value; }
    Text decode(BytesView bytes) const {
      if (bytes.size() > 100) throw std::runtime_error{"too long for me"};
      return Text{bytes};
    }
  };
  client_.createTopic(application_id_ + "-wide", 1, {{"max.message.bytes", "4000000"}});
  Topology topology;
  SourceOptions<Text, Text> options;
  options.value_serde = Picky{};
  topology.addSource<Text, Text>("source", {application_id_ + "-wide"}, options)
      .addSink<Text, Text>("sink", output_, {"source"});
  StreamsConfig with_letters = config();
  with_letters.deserialization_exception_handler = sendToDeadLetters();
  with_letters.dead_letter_queue_topic = application_id_ + "-dlq";
  KafkaStreams app{std::move(topology), with_letters};
  app.start();
  ASSERT_TRUE(waitForRunning(app));
  KafkaClient generous{broker_.bootstrapServers(), {{"message.max.bytes", "4000000"}}};
  generous.produce(application_id_ + "-wide",
                   {{.key = "k", .value = Text(2'000'000, 'x')}, {.key = "k", .value = "short"}});
  EXPECT_EQ(outputs(1).size(), 1U);
  const auto letters = client_.consumeAtLeast(application_id_ + "-dlq", 1, seconds{30});
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_GT(letters[0].value->size(), 100'000U);
  EXPECT_LT(letters[0].value->size(), 1'048'588U);
  EXPECT_THAT(letters[0].headers,
              Contains(Pair(Text{dead_letter_header::original_value_bytes}, std::optional<Text>{"2000000"})));
  EXPECT_TRUE(app.close(seconds{30}));
  EXPECT_EQ(client_.committedOffsets(application_id_).at({application_id_ + "-wide", 0}), 2);
}

/// The broker of these is stopped, so it is theirs alone.
class RuntimeWithoutKafka : public ::testing::Test {
 protected:
  StreamsConfig config() const {
    StreamsConfig config;
    config.application_id = "lonely";
    config.bootstrap_servers = broker.bootstrapServers();
    config.state_dir = directory.path();
    config.commit_interval = milliseconds{200};
    config.log = {};
    return config;
  }
  Topology copying() const {
    Topology topology;
    topology.addSource<Text, Text>("source", {"in"}).addSink<Text, Text>("sink", "out", {"source"});
    return topology;
  }

  KafkaBroker broker;
  KafkaClient client{broker.bootstrapServers()};
  TempDir directory;
};

TEST_F(RuntimeWithoutKafka, WaitsForTheBrokerAtStartAndGoesOnAfterItsRestart) {
  client.createTopic("in", 2);
  client.createTopic("out", 2);
  broker.stop();
  KafkaStreams app{copying(), config()};
  app.start();
  EXPECT_FALSE(app.waitForState({StreamsState::running, StreamsState::error}, seconds{4}));
  broker.start();
  ASSERT_TRUE(app.waitForState({StreamsState::running}, seconds{60})) << app.readiness().reason;
  client.produce("in", "a", "1");
  EXPECT_EQ(client.consumeAtLeast("out", 1, seconds{30}).size(), 1U);

  broker.restart();
  client.produce("in", "a", "2");
  EXPECT_GE(client.consumeAtLeast("out", 2, seconds{60}).size(), 2U);
  EXPECT_NE(app.state(), StreamsState::error) << app.readiness().reason;

  broker.kill();
  const auto before = steady_clock::now();
  (void)app.close(seconds{5});
  EXPECT_LT(steady_clock::now() - before, seconds{7}) << "close() keeps to its timeout whatever the broker does";
}

}  // namespace
}  // namespace widgetstream
