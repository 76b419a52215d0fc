// close() ends within its time, whatever sinks and user code do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "tests/runtime/task_bench.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/processor/sink.hpp"
#include "widgetstream/runtime/kafka_streams.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

/// Takes everything, and writes nothing until it is told to.
class HangingSink final : public Sink {
 public:
  explicit HangingSink(std::atomic<bool>& hangs) : hangs_(hangs) {}
  [[nodiscard]] bool ready() override { return true; }
  void offer(const AnyRecord&, const RecordContext&, std::uint32_t) override {}
  void beginFlush() override {}
  [[nodiscard]] Flush flushed() override { return hangs_ ? Flush::pending : Flush::done; }
  [[nodiscard]] std::string failure() const override { return {}; }
  void close() noexcept override {}

 private:
  std::atomic<bool>& hangs_;
};

class Closing : public ::testing::Test {
 protected:
  Closing() {
    broker->createTopic("in", 1);
    broker->createTopic("out", 1);
  }
  std::unique_ptr<KafkaStreams> started(Topology topology) {
    StreamsConfig config;
    config.application_id = "app";
    config.state_dir = directory.path();
    config.commit_interval = Milliseconds{50};
    config.log = [](const LogEntry&) { throw std::runtime_error{"a log that throws"}; };
    auto app = std::make_unique<KafkaStreams>(std::move(topology), config, broker);
    app->start();
    EXPECT_TRUE(app->waitForState({StreamsState::running}, seconds{30}));
    return app;
  }

  std::shared_ptr<InMemoryBroker> broker = std::make_shared<InMemoryBroker>();
  TempDir directory;
};

TEST_F(Closing, WithASinkThatHangsTakesSevenTenthsOfItsTimeAndCommitsNothingOfIt) {
  std::atomic<bool> hangs{true};
  Topology topology = passing();
  GraphNode node;
  node.name = "documents";
  node.kind = GraphNode::Kind::external;
  node.parents = {"work"};
  node.takes = {typeid(Text), typeid(Text)};
  node.external = [&](const SinkContext&) { return std::make_unique<HangingSink>(hangs); };
  topology.add(std::move(node));
  auto app = started(std::move(topology));
  broker->append("in", "a", "x");
  ASSERT_TRUE(waitUntil([&] { return app->metrics().total("kafka_streams_stream_thread_metrics_process_total") == 1; }));
  const auto began = steady_clock::now();
  EXPECT_TRUE(app->close(seconds{2}));
  const auto took = steady_clock::now() - began;
  EXPECT_GE(took, Milliseconds{1'300});
  EXPECT_LT(took, Milliseconds{2'000});
  EXPECT_TRUE(broker->committed("app").empty()) << "the record comes again";
  EXPECT_TRUE(broker->members("app").empty()) << "it has left its group all the same";
  EXPECT_EQ(app->state(), StreamsState::not_running);
}

TEST_F(Closing, WithUserCodeThatHangsReturnsInTimeAndSaysThatItIsNotDone) {
  std::mutex mutex;
  std::condition_variable opened;
  bool open = false;
  std::atomic<bool> inside{false};
  auto app = started(passing([&](auto&, const auto&) {
    inside = true;
    std::unique_lock lock{mutex};
    opened.wait(lock, [&] { return open; });
  }));
  broker->append("in", "a", "x");
  ASSERT_TRUE(waitUntil([&] { return inside.load(); }));
  const auto began = steady_clock::now();
  EXPECT_FALSE(app->close(seconds{1}));
  EXPECT_LT(steady_clock::now() - began, Milliseconds{1'500});
  EXPECT_TRUE(waitUntil([&] { return broker->members("app").empty(); })) << "others may have its partitions";
  {
    const std::lock_guard lock{mutex};
    open = true;
  }
  opened.notify_all();
  EXPECT_TRUE(app->close(seconds{30}));
  EXPECT_TRUE(broker->committed("app").empty());
}

}  // namespace
}  // namespace widgetstream
