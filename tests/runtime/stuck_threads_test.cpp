// Threads that do not come round: named in the log, and the instance leaves its group until they do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "tests/runtime/task_bench.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

/// Holds whoever comes, from close() to open().
class Gate {
 public:
  void close() { open_ = false; }
  void open() {
    {
      const std::lock_guard lock{mutex_};
      open_ = true;
    }
    opened_.notify_all();
  }
  void pass() {
    std::unique_lock lock{mutex_};
    opened_.wait(lock, [this] { return open_.load(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  std::atomic<bool> open_{true};
};

class StuckThreads : public ::testing::Test {
 protected:
  StuckThreads() {
    broker->createTopic("in", 2);
    broker->createTopic("out", 2);
  }
  ~StuckThreads() override { gate.open(); }

  StreamsConfig config(const std::string& instance) {
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path() / instance;
    config.commit_interval = Milliseconds{50};
    config.max_poll_interval = Milliseconds{400};
    config.log = [this](const LogEntry& entry) {
      const std::lock_guard lock{mutex};
      log += std::string{entry.message};
      for (const auto& [name, value] : entry.fields) log += " " + std::string{name} + "=" + value;
      log += "\n";
    };
    return config;
  }
  /// Passes records on; one with the value "wait" waits at the gate, in the instance that has it.
  std::unique_ptr<KafkaStreams> started(const std::string& instance) {
    auto app = std::make_unique<KafkaStreams>(passing([this, instance](auto& context, const auto& record) {
                                                if (*record.value == "wait" && instance == "slow") gate.pass();
                                                context.forward(record);
                                              }),
                                              config(instance), broker);
    app->start();
    EXPECT_TRUE(app->waitForState({StreamsState::running}, seconds{30}));
    return app;
  }
  std::string logged() {
    const std::lock_guard lock{mutex};
    return log;
  }

  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
  TempDir directory;
  Gate gate;
  std::mutex mutex;
  std::string log;  // guarded by mutex
};

TEST_F(StuckThreads, AreNamedWithTheirTask) {
  auto app = started("slow");
  gate.close();
  broker->append("in", OutgoingRecord{1, "a", "wait", no_timestamp, nullptr});
  EXPECT_TRUE(waitUntil([&] { return logged().find("a stream thread does not come round") != std::string::npos; }));
  EXPECT_THAT(logged(), HasSubstr("StreamThread-1 task=0_1 for ms="));
  gate.open();
}

TEST_F(StuckThreads, KeepNoPartitionsLongerThanMaxPollIntervalMs) {
  auto app = started("slow");
  gate.close();
  broker->append("in", "a", "wait");
  ASSERT_TRUE(waitUntil([&] { return broker->members("app").empty(); }));
  EXPECT_EQ(app->state(), StreamsState::rebalancing);
  EXPECT_THAT(app->readiness().reason, HasSubstr("do not come round"));
  gate.open();
  ASSERT_TRUE(app->waitForState({StreamsState::running}, seconds{30})) << app->readiness().reason;
  EXPECT_TRUE(waitUntil([&] { return broker->committed("app").size() == 1; }));
  EXPECT_GE(broker->records("out").size(), 1U);
}

TEST_F(StuckThreads, LoseTheirWorkToAnotherInstance) {
  auto slow = started("slow");
  gate.close();
  broker->append("in", OutgoingRecord{0, "a", "wait", no_timestamp, nullptr});
  broker->append("in", OutgoingRecord{1, "b", "wait", no_timestamp, nullptr});
  ASSERT_TRUE(waitUntil([&] { return broker->members("app").empty(); }));
  auto quick = started("quick");
  ASSERT_TRUE(waitUntil([&] { return broker->committed("app").size() == 2; }));
  const CommittedOffsets by_quick = broker->committed("app");
  gate.open();
  ASSERT_TRUE(slow->waitForState({StreamsState::running}, seconds{30}));
  EXPECT_EQ(broker->committed("app"), by_quick) << "the one that comes back commits nothing of what it did late";
}

TEST_F(StuckThreads, AThreadThatIsRemovedInTimeOrNotIsTold) {
  auto app = started("slow");
  ASSERT_TRUE(app->addStreamThread());
  ASSERT_TRUE(waitUntil([&] { return app->metadataForLocalThreads().back().active_tasks.size() == 1; }));
  gate.close();
  broker->append("in", OutgoingRecord{0, "a", "wait", no_timestamp, nullptr});
  broker->append("in", OutgoingRecord{1, "b", "wait", no_timestamp, nullptr});
  EXPECT_THROW((void)app->removeStreamThread(Milliseconds{100}), Error);
  gate.open();
  EXPECT_TRUE(waitUntil([&] { return app->metadataForLocalThreads().size() == 1; }));
  EXPECT_TRUE(waitUntil([&] { return broker->records("out").size() >= 2; }));
}

}  // namespace
}  // namespace widgetstream
