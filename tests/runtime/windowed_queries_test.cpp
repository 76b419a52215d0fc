// Window, session and versioned stores of a running application, asked by other threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <tuple>
#include <vector>

#include "tests/runtime/keep_everywhere.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/core/error.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"
#include "widgetstream/testing/in_memory_broker.hpp"

namespace widgetstream {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using Text = std::string;

class WindowedQueries : public ::testing::Test {
 protected:
  WindowedQueries() {
    broker->createTopic("in", 3);
    broker->createTopic("out", 3);
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path();
    config.commit_interval = Milliseconds{100};
    config.log = logToStandardError(LogLevel::error);
    app = std::make_unique<KafkaStreams>(keepingEverywhere(), config, broker);
  }
  void startWith(const std::vector<std::tuple<Text, Text, std::int64_t>>& records) {
    app->start();
    ASSERT_TRUE(app->waitForState({StreamsState::running}, 30s)) << app->readiness().reason;
    for (const auto& [key, value, at] : records) broker->append("in", key, value, fromMillis(at));
    ASSERT_TRUE(waitUntil([&] { return broker->records("out").size() >= records.size(); }));
  }

  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
  TempDir directory;
  std::unique_ptr<KafkaStreams> app;
};

TEST_F(WindowedQueries, FindsWindowsOfAKeyAndOfAllKeys) {
  startWith({{"a", "1", 1}, {"a", "2", 12}, {"b", "3", 5}, {"c", "4", 7}});
  const auto windows = app->windowStore<Text, Text>("windows");
  EXPECT_EQ(windows->fetch("a", fromMillis(10)), "2");
  EXPECT_EQ(windows->fetch("a", fromMillis(20)), std::nullopt);
  std::vector<Text> of_a;
  windows->fetch("a", fromMillis(0), fromMillis(100), [&](Timestamp, const Text& value) {
    of_a.push_back(value);
    return true;
  });
  EXPECT_THAT(of_a, ElementsAre("1", "2"));
  std::vector<Text> keys;
  windows->fetchAll(fromMillis(0), fromMillis(9), [&](const Windowed<Text>& window, const Text&) {
    EXPECT_EQ(window.window, (Window{fromMillis(0), fromMillis(10)}));
    keys.push_back(window.key);
    return true;
  });
  EXPECT_THAT(keys, UnorderedElementsAre("a", "b", "c"));
}

TEST_F(WindowedQueries, AVisitorEndsTheWalkOverAllPartitions) {
  startWith({{"a", "1", 1}, {"b", "2", 2}, {"c", "3", 3}, {"d", "4", 4}});
  int seen = 0;
  app->windowStore<Text, Text>("windows")->all([&](const Windowed<Text>&, const Text&) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
}

TEST_F(WindowedQueries, FindsSessions) {
  startWith({{"a", "1", 1}, {"a", "2", 12}, {"b", "3", 5}});
  const auto sessions = app->sessionStore<Text, Text>("sessions");
  EXPECT_EQ(sessions->fetchSession("a", fromMillis(12), fromMillis(12)), "2");
  std::vector<Text> of_a;
  sessions->backwardFetch("a", [&](const Windowed<Text>&, const Text& value) {
    of_a.push_back(value);
    return true;
  });
  EXPECT_THAT(of_a, ElementsAre("2", "1"));
}

TEST_F(WindowedQueries, FindsVersionsAndTellsUntilWhenTheyWereValid) {
  startWith({{"a", "1", 1}, {"a", "2", 12}});
  const auto versions = app->versionedKeyValueStore<Text, Text>("versions");
  EXPECT_EQ(versions->get("a"), (VersionedRecord<Text>{"2", fromMillis(12), std::nullopt}));
  EXPECT_EQ(versions->get("a", fromMillis(5)), (VersionedRecord<Text>{"1", fromMillis(1), fromMillis(12)}));
  EXPECT_EQ(versions->get("b"), std::nullopt);
}

TEST_F(WindowedQueries, TellsWhenTheStoreIsOfAnotherKind) {
  startWith({{"a", "1", 1}});
  const auto timestamped = app->timestampedWindowStore<Text, Text>("windows");
  EXPECT_THROW((void)timestamped->fetch("a", fromMillis(0)), Error);
  const auto versions = app->windowStore<Text, Text>("versions");
  EXPECT_THROW((void)versions->fetch("a", fromMillis(0)), Error);
}

}  // namespace
}  // namespace widgetstream
