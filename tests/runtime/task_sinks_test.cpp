// Sinks outside of Kafka: part of the commit, and what holds the task back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/task_bench.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What the test and the sink of the task share.
struct SinkScript {
  std::vector<std::string> offered;
  bool ready = true;
  Sink::Flush flush = Sink::Flush::done;
  int flushes_begun = 0;
  bool closed = false;
  std::function<void(const SinkRejection&)> reject;
};

class ScriptedSink final : public Sink {
 public:
  explicit ScriptedSink(SinkScript& script) : script_(script) {}
  void offer(const AnyRecord& record, const RecordContext& at, std::uint32_t ordinal) override {
    script_.offered.push_back(toString(at.origin()) + "#" + std::to_string(ordinal) + "=" +
                              *static_cast<const Text*>(record.value));
  }
  bool ready() override { return script_.ready; }
  void beginFlush() override { ++script_.flushes_begun; }
  Flush flushed() override { return script_.flush; }
  std::string failure() const override { return "the disk of the database is full"; }
  void close() noexcept override { script_.closed = true; }

 private:
  SinkScript& script_;
};

class ExternalSink : public ::testing::Test {
 protected:
  /// Every input record becomes `copies` documents.
  explicit ExternalSink(int copies = 2) {
    Topology topology = passing([copies](TextContext& context, const TextRecord& record) {
      for (int i = 0; i < copies; ++i) context.forward(record);
    });
    GraphNode node;
    node.name = "documents";
    node.kind = GraphNode::Kind::external;
    node.parents = {"work"};
    node.takes = {typeid(Text), typeid(Text)};
    node.external = [this](const SinkContext& context) {
      script.reject = context.reject;
      return std::make_unique<ScriptedSink>(script);
    };
    topology.add(std::move(node));
    bench = std::make_unique<TaskBench>(std::move(topology));
  }

  SinkScript script;
  std::unique_ptr<TaskBench> bench;
};

TEST_F(ExternalSink, IsOfferedEachRecordWithItsOriginAndItsNumberAmongThoseOfTheSameCause) {
  bench->start();
  bench->give({8, "k", "a", 1, {}});
  bench->give({9, "k", "b", 1, {}});
  bench->processAll();
  EXPECT_THAT(script.offered, ElementsAre("in-0-8#0=a", "in-0-8#1=a", "in-0-9#0=b", "in-0-9#1=b"));
}

TEST_F(ExternalSink, HoldsTheTaskBackWhileItIsNotReady) {
  bench->start();
  bench->give({0, "k", "a", 1, {}});
  script.ready = false;
  EXPECT_EQ(bench->processAll(), 0U);
  script.ready = true;
  EXPECT_EQ(bench->processAll(), 1U);
}

TEST_F(ExternalSink, IsFlushedBeforeTheCommit) {
  Task& task = bench->start();
  bench->give({0, "k", "a", 1, {}});
  bench->processAll();
  script.flush = Sink::Flush::pending;
  task.prepareCommit();
  EXPECT_EQ(script.flushes_begun, 1);
  EXPECT_FALSE(task.flushed());
  EXPECT_FALSE(task.flushed());
  script.flush = Sink::Flush::done;
  EXPECT_TRUE(task.flushed());
}

TEST_F(ExternalSink, ThatGivesUpFailsTheCommit) {
  Task& task = bench->start();
  bench->give({0, "k", "a", 1, {}});
  bench->processAll();
  script.flush = Sink::Flush::failed;
  task.prepareCommit();
  try {
    (void)task.flushed();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("sink 'documents' of task 0_0 gave up: the disk of the database is full"));
  }
}

TEST_F(ExternalSink, LetsTheSinkHandlerDecideOnWhatItCannotWrite) {
  bench->environment.sink_handler = sendToDeadLetters();
  Task& task = bench->start();
  script.reject({{"in", 0, 8}, "{\"huge\":1}", "the document is too large"});
  bench->commit();
  EXPECT_THAT(bench->written("dlq"), ElementsAre(HasSubstr("null={\"huge\":1}")));
  EXPECT_EQ(task.droppedRecords(), 1U);
}

TEST_F(ExternalSink, ThrowsByDefaultOnWhatItCannotWrite) {
  bench->start();
  EXPECT_THROW(script.reject({{"in", 0, 8}, "{}", "no"}), Error);
}

TEST_F(ExternalSink, IsClosedWithItsTask) {
  bench->start();
  bench->stop();
  EXPECT_TRUE(script.closed);
}

}  // namespace
}  // namespace widgetstream
