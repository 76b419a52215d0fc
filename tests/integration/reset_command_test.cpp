// `widgetstream reset` on a real broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/runtime/counting_topology.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using Text = std::string;

class ResetCommandOnKafka : public ::testing::Test {
 protected:
  ResetCommandOnKafka() {
    static int next = 0;
    id_ = "reset-" + std::to_string(++next);
    client_.createTopic(id_ + "-in", 2);
    client_.createTopic(id_ + "-out", 2);
  }
  StreamsConfig config() const {
    StreamsConfig config;
    config.application_id = id_;
    config.bootstrap_servers = broker_.bootstrapServers();
    config.state_dir = directory_.path() / "state";
    config.commit_interval = Milliseconds{100};
    config.cache_max_bytes = 0;
    config.log = logToStandardError(LogLevel::error);
    return config;
  }
  Topology topology() const {
    Topology topology;
    topology.addSource<Text, Text>("source", {id_ + "-in"})
        .addProcessor("count", ProcessorSupplier<Text, Text>{[] { return std::make_unique<CountingProcessor>(); }},
                      {"source"})
        .addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("counts")), {"count"})
        .addSink<Text, Text>("sink", id_ + "-out", {"count"});
    return topology;
  }
  std::unique_ptr<KafkaStreams> running() {
    auto app = std::make_unique<KafkaStreams>(topology(), config());
    app->start();
    EXPECT_TRUE(app->waitForState({StreamsState::running}, seconds{60})) << app->readiness().reason;
    return app;
  }
  std::int64_t committed() {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : client_.committedOffsets(id_)) sum += offset;
    return sum;
  }
  void countFiveRecords() {
    auto app = running();
    for (int i = 0; i < 5; ++i) client_.produce(id_ + "-in", "key", "x");
    ASSERT_TRUE(waitUntil([&] { return committed() == 5; }));
    ASSERT_TRUE(app->close(seconds{30}));
  }
  /// Runs the program; its output, and its exit code in `code_`.
  Text reset(const std::vector<Text>& more) {
    std::vector<Text> command{WIDGETSTREAM_WIDGETSTREAM_CLI, "reset", "--application-id", id_,
                              "--bootstrap-server", broker_.bootstrapServers()};
    command.insert(command.end(), more.begin(), more.end());
    static int run = 0;
    const auto output = directory_.path() / ("reset-" + std::to_string(++run));
    Process process{ProcessOptions{.command = std::move(command), .output = output}};
    const auto exit = process.wait(seconds{60});
    code_ = exit ? exit->code : -1;
    return process.output();
  }

  KafkaBroker& broker_ = sharedKafkaBroker();
  KafkaClient client_{broker_.bootstrapServers()};
  TempDir directory_;
  Text id_;
  int code_ = -1;
};

TEST_F(ResetCommandOnKafka, ShowsWhatItWouldDoAndDoesItWhenTold) {
  countFiveRecords();
  const Text state = (directory_.path() / "state").string();
  const Text shown = reset({"--state-dir", state});
  EXPECT_EQ(code_, 0) << shown;
  EXPECT_THAT(shown, HasSubstr("5 -> 0"));
  EXPECT_THAT(shown, HasSubstr("delete   topic " + id_ + "-counts-changelog"));
  EXPECT_THAT(shown, HasSubstr("Nothing was changed"));
  EXPECT_EQ(committed(), 5);

  const Text done = reset({"--state-dir", state, "--execute"});
  EXPECT_EQ(code_, 0) << done;
  EXPECT_EQ(committed(), 0);
  EXPECT_TRUE(waitUntil([&] { return !client_.topics().contains(id_ + "-counts-changelog"); }));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "state" / id_ / "0_0"));

  auto app = running();
  ASSERT_TRUE(waitUntil([&] { return committed() == 5; }));
  EXPECT_EQ((app->keyValueStore<Text, Text>("counts")->get("key")), "5") << "counted anew";
  EXPECT_TRUE(app->close(seconds{30}));
}

TEST_F(ResetCommandOnKafka, RefusesWhileAnInstanceRuns) {
  auto app = running();
  const Text refused = reset({"--input-topics", id_ + "-in", "--execute"});
  EXPECT_EQ(code_, 1);
  EXPECT_THAT(refused, HasSubstr("has 1 members"));
  EXPECT_THAT(client_.topics(), Contains(Key(id_ + "-counts-changelog")));
  EXPECT_TRUE(app->close(seconds{30}));
}

TEST_F(ResetCommandOnKafka, SetsOffsetsByTimeDistanceAndNumber) {
  countFiveRecords();
  (void)reset({"--to-latest", "--execute"});
  EXPECT_EQ(committed(), 5);
  (void)reset({"--shift-by", "-2", "--execute"});
  EXPECT_EQ(code_, 0);
  EXPECT_EQ(committed(), 3);
  (void)reset({"--to-offset", "1", "--execute"});
  EXPECT_EQ(committed(), 1);
  (void)reset({"--by-duration", "PT1H", "--execute"});
  EXPECT_EQ(committed(), 0);
  (void)reset({"--to-datetime", "2999-01-01T00:00:00", "--execute"});
  EXPECT_EQ(committed(), 5);
}

TEST_F(ResetCommandOnKafka, SaysWhatIsWrongWithItsArguments) {
  EXPECT_THAT(reset({"--to-datetime", "yesterday"}), HasSubstr("'yesterday' is not a point in time"));
  EXPECT_EQ(code_, 1);
  EXPECT_THAT(reset({"--to-earliest", "--to-latest"}), Not(HasSubstr("offset   ")));
  EXPECT_NE(code_, 0);
}

}  // namespace
}  // namespace widgetstream
