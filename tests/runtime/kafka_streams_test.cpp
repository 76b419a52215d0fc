// KafkaStreams with its own threads, on a cluster in memory.

#include "widgetstream/runtime/kafka_streams.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <mutex>

#include "tests/runtime/counting_topology.hpp"
#include "tests/support/damaged_tables.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/serde/builtin_serdes.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Text = std::string;

class KafkaStreamsTest : public ::testing::Test {
 protected:
  KafkaStreamsTest() {
    broker->createTopic("in", 4);
    broker->createTopic("out", 4);
  }
  StreamsConfig config() const {
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path();
    config.commit_interval = Milliseconds{100};
    config.log = logToStandardError(LogLevel::error);
    return config;
  }
  std::unique_ptr<KafkaStreams> application(Topology topology = counting()) {
    return std::make_unique<KafkaStreams>(std::move(topology), config(), broker);
  }
  static bool waitForRunning(const KafkaStreams& app) { return app.waitForState({StreamsState::running}, seconds{30}); }
  bool waitForOutputs(std::size_t count) {
    return waitUntil([&] { return broker->records("out").size() >= count; });
  }

  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
  TempDir directory;
};

TEST_F(KafkaStreamsTest, ProcessesFromStartToClose) {
  auto app = application();
  EXPECT_EQ(app->state(), StreamsState::created);
  app->start();
  ASSERT_TRUE(waitForRunning(*app)) << app->readiness().reason;
  EXPECT_TRUE(app->isReady());
  broker->append("in", "a", "x");
  ASSERT_TRUE(waitForOutputs(1));
  EXPECT_TRUE(waitUntil(
      [&] { return app->metrics().total("kafka_streams_stream_thread_metrics_process_total") == 1; }));
  EXPECT_TRUE(app->close(seconds{30}));
  EXPECT_EQ(app->state(), StreamsState::not_running);
  EXPECT_TRUE(broker->members("app").empty());
}

TEST_F(KafkaStreamsTest, TellsItsListenerOfEachState) {
  std::mutex mutex;
  std::vector<std::string> states;
  auto app = application();
  app->setStateListener([&](StreamsState now, StreamsState) {
    const std::lock_guard lock{mutex};
    states.emplace_back(toString(now));
  });
  app->start();
  ASSERT_TRUE(waitForRunning(*app));
  ASSERT_TRUE(app->close());
  EXPECT_THAT(states, ElementsAre("REBALANCING", "RUNNING", "PENDING_SHUTDOWN", "NOT_RUNNING"));
}

TEST_F(KafkaStreamsTest, ClosesWithoutEverHavingStartedAndDoesNotStartAfterwards) {
  auto app = application();
  EXPECT_TRUE(app->close());
  EXPECT_EQ(app->state(), StreamsState::not_running);
  EXPECT_THROW(app->start(), Error);
}

TEST_F(KafkaStreamsTest, StartsOnlyOnce) {
  auto app = application();
  app->start();
  EXPECT_THROW(app->start(), Error);
}

TEST_F(KafkaStreamsTest, AnswersQueriesFromItsStores) {
  auto app = application();
  app->start();
  ASSERT_TRUE(waitForRunning(*app));
  for (const char* key : {"a", "b", "c"}) broker->append("in", key, "x");
  ASSERT_TRUE(waitForOutputs(3));
  const auto counts = app->keyValueStore<Text, Text>("counts");
  EXPECT_EQ(counts->get("a"), "1");
  EXPECT_EQ(counts->get("nobody"), std::nullopt);
  std::vector<Text> keys;
  counts->all([&](const Text& key, const Text&) {
    keys.push_back(key);
    return true;
  });
  EXPECT_THAT(keys, ::testing::UnorderedElementsAre("a", "b", "c"));

  const KeyQueryMetadata at = app->queryMetadataForKey<Text>("counts", "a", defaultSerde<Text>());
  EXPECT_TRUE(at.local);
  EXPECT_EQ((app->keyValueStore<Text, Text>("counts", at.partition)->get("a")), "1");
  EXPECT_TRUE(app->storePartitions("counts").complete());
}

TEST_F(KafkaStreamsTest, AKeyThatIsBeingRestoredIsHereAndCannotBeReadYet) {
  {
    auto app = application();
    app->start();
    broker->append("in", "a", "x");
    ASSERT_TRUE(waitForOutputs(1));
    ASSERT_TRUE(app->close());
  }
  auto app = application();
  app->pause();
  app->start();
  ASSERT_TRUE(waitUntil([&] {
    try {
      return app->storePartitions("counts").local.size() == 4;
    } catch (const Error&) {
      return false;  // nothing is assigned yet
    }
  }));
  const KeyQueryMetadata at = app->queryMetadataForKey<Text>("counts", "a", defaultSerde<Text>());
  EXPECT_TRUE(at.local);
  try {
    (void)app->keyValueStore<Text, Text>("counts", at.partition)->get("a");
    ADD_FAILURE() << "was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_available);
    EXPECT_THAT(error.what(), HasSubstr("being restored"));
  }
  app->resume();
  ASSERT_TRUE(waitForRunning(*app));
  EXPECT_EQ((app->keyValueStore<Text, Text>("counts", at.partition)->get("a")), "1");
}

TEST_F(KafkaStreamsTest, AStoreThatAQueryFindsDamagedIsRestored) {
  constexpr std::size_t keys = 4000;
  const auto onDisk = [&] { return application(counting(persistentKeyValueStore("counts"))); };
  {
    auto app = onDisk();
    app->start();
    for (std::size_t key = 0; key < keys; ++key) broker->append("in", "key" + std::to_string(key), "x");
    ASSERT_TRUE(waitForOutputs(keys));
    ASSERT_TRUE(app->close(seconds{30}));
  }
  ASSERT_GT(damageTables(directory.path()), 0);

  StreamsConfig silent = config();
  silent.log = {};
  KafkaStreams app{counting(persistentKeyValueStore("counts")), silent, broker};
  app.start();
  ASSERT_TRUE(waitForRunning(app)) << app.readiness().reason;
  const auto found = [&] {
    std::size_t count = 0;
    app.keyValueStore<Text, Text>("counts")->all([&](const Text&, const Text&) { return ++count > 0; });
    return count;
  };
  EXPECT_THROW((void)found(), Error);
  EXPECT_TRUE(waitUntil([&] {
    try {
      return found() == keys;
    } catch (const Error&) {
      return false;
    }
  }));
  EXPECT_NE(app.state(), StreamsState::error);
  EXPECT_GE(app.metrics().total("widgetstream_stores_set_aside_total"), 1U);
}

TEST_F(KafkaStreamsTest, SaysWhyAQueryCannotBeAnswered) {
  auto app = application();
  const auto kindOf = [](const auto& ask) {
    try {
      ask();
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::fatal;
  };
  const auto counts = app->keyValueStore<Text, Text>("counts");
  EXPECT_EQ(kindOf([&] { (void)counts->get("a"); }), ErrorKind::not_available);
  EXPECT_EQ(kindOf([&] { (void)app->keyValueStore<Text, Text>("unknown"); }), ErrorKind::invalid_argument);
  app->start();
  ASSERT_TRUE(waitForRunning(*app));
  EXPECT_EQ(kindOf([&] { (void)app->keyValueStore<Text, int>("counts")->get("a"); }), ErrorKind::invalid_argument);
  EXPECT_EQ(kindOf([&] { (void)app->keyValueStore<Text, Text>("counts", 9)->get("a"); }), ErrorKind::not_available);
  ASSERT_TRUE(app->close());
  EXPECT_EQ(kindOf([&] { (void)counts->get("a"); }), ErrorKind::not_available);
}

TEST_F(KafkaStreamsTest, EndsInErrorWhenAThreadFailsAndClosesAllTheSame) {
  Topology topology;
  class Throwing final : public Processor<Text, Text> {
   public:
    void process(const Record<Text, Text>&) override { throw std::runtime_error{"no such widget"}; }
  };
  topology.addSource<Text, Text>("source", {"in"})
      .addProcessor("throwing", ProcessorSupplier<Text, Text>{[] { return std::make_unique<Throwing>(); }}, {"source"});
  auto app = application(std::move(topology));
  std::atomic<bool> asked{false};
  app->setUncaughtExceptionHandler([&](std::exception_ptr, std::string_view) {
    asked = true;
    return UncaughtExceptionResponse::shutdown_client;
  });
  app->start();
  ASSERT_TRUE(waitForRunning(*app));
  broker->append("in", "a", "x");
  EXPECT_TRUE(app->waitForState({StreamsState::error}, seconds{30}));
  EXPECT_TRUE(asked);
  EXPECT_THAT(app->readiness().reason, HasSubstr("no such widget"));
  EXPECT_TRUE(app->close(seconds{30}));
  EXPECT_EQ(app->state(), StreamsState::error);
}

TEST_F(KafkaStreamsTest, ClosesWithinItsTimeoutWhileTheClusterIsAway) {
  auto app = application();
  app->start();
  ASSERT_TRUE(waitForRunning(*app));
  broker->append("in", "a", "x");
  ASSERT_TRUE(waitForOutputs(1));
  broker->setUnavailable(true);
  const auto before = std::chrono::steady_clock::now();
  (void)app->close(seconds{3});
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds{5});
  broker->setUnavailable(false);
}

TEST_F(KafkaStreamsTest, RefusesAStateDirectoryThatIsInUse) {
  auto one = application(counting(persistentKeyValueStore("counts")));
  one->start();
  auto two = application(counting(persistentKeyValueStore("counts")));
  EXPECT_THROW(two->start(), Error);
}

TEST_F(KafkaStreamsTest, CleansUpItsStateOnlyWhileItDoesNotRun) {
  auto app = application(counting(persistentKeyValueStore("counts")));
  app->start();
  ASSERT_TRUE(waitForRunning(*app));
  EXPECT_THROW(app->cleanUp(), Error);
  ASSERT_TRUE(std::filesystem::exists(directory.path() / "app" / "0_0"));
  ASSERT_TRUE(app->close());
  app->cleanUp();
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "app" / "0_0"));
}

TEST_F(KafkaStreamsTest, RefusesWrongSettingsAndTopologiesBeforeAnyThreadStarts) {
  StreamsConfig nameless = config();
  nameless.application_id.clear();
  EXPECT_THROW((KafkaStreams{counting(), nameless, broker}), Error);
  StreamsConfig clusterless = config();
  KafkaStreams app{counting(), clusterless};
  EXPECT_THROW(app.start(), Error);
}

}  // namespace
}  // namespace widgetstream
