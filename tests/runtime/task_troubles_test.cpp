// A task that meets a passing error begins anew by itself; the others do not notice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/runtime/stepped_counting.hpp"
#include "widgetstream/dsl/streams_builder.hpp"

namespace widgetstream {
namespace {

using ::testing::_;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Pair;

/// Counts, and throws what it is told to when the value of a record says so.
class Troubled final : public Processor<std::string, std::string> {
 public:
  struct Plan {
    int throws = 0;
    ErrorKind kind = ErrorKind::retriable;
    int thrown = 0;
  };
  explicit Troubled(Plan& plan) : plan_(plan) {}
  using Processor<std::string, std::string>::init;
  using Processor<std::string, std::string>::process;
  void init(Context& context) override {
    counts_ = &context.getStateStore<KeyValueStore<std::string, std::string>>("counts");
  }
  void process(const Record<std::string, std::string>& record) override {
    const std::string count = std::to_string(std::stoi(counts_->get(*record.key).value_or("0")) + 1);
    counts_->put(*record.key, count);
    if (*record.value == "trouble" && plan_.thrown < plan_.throws) {
      ++plan_.thrown;
      throw Error{plan_.kind, "the disk hums"};
    }
    context().forward(record.withValue(count));
  }

 private:
  Plan& plan_;
  KeyValueStore<std::string, std::string>* counts_ = nullptr;
};

class TaskTroubles : public SteppedCounting {
 protected:
  Topology topology(KeyValueStoreSupplier store = inMemoryKeyValueStore("counts")) {
    Topology topology;
    topology.addSource<std::string, std::string>("source", {"in"})
        .addProcessor("count",
                      ProcessorSupplier<std::string, std::string>{[this] { return std::make_unique<Troubled>(plan); }},
                      {"source"})
        .addStateStore(keyValueStoreBuilder<std::string, std::string>(std::move(store)), {"count"})
        .addSink<std::string, std::string>("sink", "out", {"count"});
    return topology;
  }
  SteppedInstance& begun(StreamsConfig config, KeyValueStoreSupplier store = inMemoryKeyValueStore("counts")) {
    SteppedInstance& app = cluster.add(topology(std::move(store)), std::move(config));
    app.start([this](std::exception_ptr, std::string_view) {
      ++thread_failures;
      return UncaughtExceptionResponse::shutdown_client;
    });
    EXPECT_TRUE(cluster.runUntilRunning(app));
    return app;
  }

  Troubled::Plan plan;
  int thread_failures = 0;
};

TEST_F(TaskTroubles, APassingErrorStartsTheTaskAnewFromItsLastCommit) {
  plan = {3, ErrorKind::retriable};
  SteppedInstance& app = begun(cluster.config());
  sendAll();
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 8; }));
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 9; }));
  EXPECT_EQ(plan.thrown, 3);
  EXPECT_EQ(lastOutput("a"), "2") << "what a failed attempt wrote to the store does not count";
  EXPECT_EQ(thread_failures, 0);
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

TEST_F(TaskTroubles, WindowsThatAnAttemptHadLeftBehindAreThereAgain) {
  StreamsBuilder builder;
  int thrown = 0;
  const auto in = builder.stream<std::string, std::string>("in");
  in.groupByKey()
      .windowedBy(TimeWindows::ofSizeWithNoGrace(Milliseconds{10}))
      .count(Materialized::as("windows").withCachingDisabled())
      .toStream()
      .map([](const Windowed<std::string>& at, std::int64_t count) {
        return std::pair{at.key + "@" + std::to_string(toMillis(at.window.start)), std::to_string(count)};
      })
      .to("out");
  in.foreach([&thrown](const std::string&, const std::string& value) {
    if (value == "trouble" && thrown++ < 1) throw Error{ErrorKind::retriable, "the disk hums"};
  });
  SteppedInstance& app = cluster.add(builder.build(), cluster.config());
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("in", "a", "x", fromMillis(1));
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 1; }));
  // In one go: the attempt gets as far as the third record, whose time hides the window of the first two.
  cluster.broker.append("in", "a", "x", fromMillis(2));
  cluster.broker.append("in", "a", "trouble", fromMillis(500));
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 3; }));
  EXPECT_EQ(thrown, 2);
  EXPECT_EQ(lastOutput("a@0"), "2");
  EXPECT_EQ(lastOutput("a@500"), "1");
}

TEST_F(TaskTroubles, AnAttemptBeginsWithNewProcessorsAtTheFirstRecordWhenNothingIsCommitted) {
  plan = {2, ErrorKind::retriable};
  StreamsConfig latest = cluster.config();
  latest.auto_offset_reset = AutoOffsetReset::latest;
  begun(latest);
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 1; })) << "not from the end of the log";
  EXPECT_EQ(lastOutput("a"), "1");
}

TEST_F(TaskTroubles, OtherTasksOfTheThreadGoOn) {
  plan = {1, ErrorKind::retriable};
  StreamsConfig patient = cluster.config();
  patient.retry_backoff = std::chrono::minutes{1};
  SteppedInstance& app = begun(patient);
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return plan.thrown == 1; }));
  sendAll();
  ASSERT_TRUE(runUntilOutputs(4));
  EXPECT_EQ(lastOutput("a"), "") << "its task waits for the next attempt";
  EXPECT_EQ(app.state(), StreamsState::running);
}

TEST_F(TaskTroubles, TheThreadFailsWhenATaskDoesNotGetThroughForTaskTimeoutMs) {
  plan = {1'000'000, ErrorKind::retriable};
  StreamsConfig config = cluster.config();
  config.task_timeout = Milliseconds{3'000};
  SteppedInstance& app = begun(config);
  const Timestamp began = cluster.clock.now();
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }, 40'000));
  EXPECT_GE(cluster.clock.now() - began, Milliseconds{3'000});
  EXPECT_GT(plan.thrown, 3);
  EXPECT_LT(plan.thrown, 20) << "the pause between attempts grows";
  EXPECT_EQ(thread_failures, 1);
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("has not got through for 3000 ms (task.timeout.ms): the disk hums"));
}

TEST_F(TaskTroubles, ARecordThatIsNotDeliveredInTimeIsTriedAgain) {
  SteppedInstance& app = begun(cluster.config());
  sendAll();
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 8; }));
  cluster.broker.failNextSends(2, ErrorKind::retriable, "timed out", "out");
  send("a");
  send("b");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 10; }));
  EXPECT_EQ(lastOutput("a"), "2");
  EXPECT_EQ(lastOutput("b"), "2");
  EXPECT_EQ(thread_failures, 0);
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

TEST_F(TaskTroubles, AHandlerMayWantARecordToBeTriedAgain) {
  plan = {4, ErrorKind::bad_record};
  StreamsConfig config = cluster.config();
  config.processing_exception_handler = retryUpTo(10);
  config.task_timeout = Milliseconds{0};  // it is about client calls
  SteppedInstance& app = begun(config);
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 1; }));
  EXPECT_EQ(plan.thrown, 4);
  EXPECT_EQ(lastOutput("a"), "1");
  EXPECT_EQ(thread_failures, 0);
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

TEST_F(TaskTroubles, AHandlerGivesUpAfterSoManyAttempts) {
  plan = {1'000'000, ErrorKind::bad_record};
  StreamsConfig config = cluster.config();
  config.processing_exception_handler = retryUpTo(3, logAndContinue());
  begun(config);
  cluster.broker.append("in", "a", "trouble");
  cluster.broker.append("in", "a", "x");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 2; }));
  EXPECT_EQ(plan.thrown, 4);
  EXPECT_EQ(thread_failures, 0);
}

TEST_F(TaskTroubles, ADamagedStoreIsSetAsideAndRestored) {
  plan = {1, ErrorKind::store_corrupted};
  SteppedInstance& app = begun(cluster.config(), persistentKeyValueStore("counts"));
  sendAll(2);
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 16; }));
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 17; }));
  EXPECT_EQ(lastOutput("a"), "4") << "at least once: the failed attempt is in the changelog";
  EXPECT_EQ(app.runtime().metrics().total("widgetstream_stores_set_aside_total"), 1U);
  std::size_t set_aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator{cluster.config().state_dir / "app"}) {
    if (std::filesystem::exists(entry.path() / "set-aside" / "counts")) ++set_aside;
  }
  EXPECT_EQ(set_aside, 1U);
}

/// Keeps a record's value in a store with a changelog and in one without, and tells what the latter had.
class TwoStores final : public Processor<std::string, std::string> {
 public:
  using Processor<std::string, std::string>::init;
  using Processor<std::string, std::string>::process;
  void init(Context& context) override {
    logged_ = &context.getStateStore<KeyValueStore<std::string, std::string>>("logged");
    unlogged_ = &context.getStateStore<KeyValueStore<std::string, std::string>>("unlogged");
  }
  void process(const Record<std::string, std::string>& record) override {
    const std::string logged = logged_->get(*record.key).value_or("-");
    const std::string unlogged = unlogged_->get(*record.key).value_or("-");
    logged_->put(*record.key, *record.value);
    unlogged_->put(*record.key, *record.value);
    context().forward(record.withValue(logged + unlogged));
  }

 private:
  KeyValueStore<std::string, std::string>* logged_ = nullptr;
  KeyValueStore<std::string, std::string>* unlogged_ = nullptr;
};

class DamagedFiles : public TaskTroubles {
 protected:
  static constexpr std::size_t records = 4000;

  SteppedInstance& begin() {
    const auto builder = [](const char* name) {
      return keyValueStoreBuilder<std::string, std::string>(persistentKeyValueStore(name));
    };
    auto unlogged = builder("unlogged");
    unlogged.withLoggingDisabled();
    Topology topology;
    topology.addSource<std::string, std::string>("source", {"in"})
        .addProcessor("keep",
                      ProcessorSupplier<std::string, std::string>{[] { return std::make_unique<TwoStores>(); }},
                      {"source"})
        .addStateStore(builder("logged"), {"keep"})
        .addStateStore(std::move(unlogged), {"keep"})
        .addSink<std::string, std::string>("sink", "out", {"keep"});
    SteppedInstance& app = cluster.add(std::move(topology), cluster.config());
    app.start([this](std::exception_ptr, std::string_view) {
      ++thread_failures;
      return UncaughtExceptionResponse::shutdown_client;
    });
    EXPECT_TRUE(cluster.runUntilRunning(app));
    return app;
  }
  void sendEachKey() {
    for (std::size_t key = 0; key < records; ++key) cluster.broker.append("in", "key" + std::to_string(key), "x");
  }
  /// In the middle of what each task has of the store: opening reads the first entries and the end.
  int damage(const std::string& store) {
    int damaged = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{cluster.config().state_dir / "app"}) {
      const bool of_store = entry.path().parent_path().filename() == store;
      if (!of_store || entry.path().extension() != ".sst" || entry.file_size() < 5'000) continue;  // of the offsets
      std::fstream file{entry.path(), std::ios::in | std::ios::out | std::ios::binary};
      file.seekp(static_cast<std::streamoff>(entry.file_size() * 2 / 5));
      file.write("damaged", 7);
      ++damaged;
    }
    return damaged;
  }
  std::map<std::string, std::string> lastOutputs() const {
    std::map<std::string, std::string> last;
    for (const BrokerRecord& record : cluster.broker.records("out")) last[*record.key] = *record.value;
    return last;
  }
  /// In how many partitions a walk over the whole store fails.
  static int queriesThatFail(SteppedInstance& app, const std::string& store) {
    int failed = 0;
    app.runtime().stores()->visit(store, std::nullopt, [&](std::int32_t, StateStore& state) {
      const auto& rows = dynamic_cast<const ReadOnlyKeyValueStore<std::string, std::string>&>(state);
      try {
        rows.all([](const std::string&, const std::string&) { return true; });
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::store_corrupted);
        ++failed;
      }
    });
    return failed;
  }
  static std::uint64_t setAside(SteppedInstance& app) {
    return app.runtime().metrics().total("widgetstream_stores_set_aside_total");
  }
};

TEST_F(DamagedFiles, OfOneStoreLeaveTheOthersOfTheTaskAsTheyAre) {
  SteppedInstance& first = begin();
  sendEachKey();
  ASSERT_TRUE(runUntilOutputs(records));
  ASSERT_TRUE(cluster.close(first));
  ASSERT_EQ(damage("logged"), 4);

  SteppedInstance& second = begin();
  sendEachKey();
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 2 * std::int64_t{records}; }));
  EXPECT_EQ(lastOutputs().size(), records);
  EXPECT_THAT(lastOutputs(), Each(Pair(_, "xx"))) << "neither store has lost anything";
  EXPECT_EQ(setAside(second), 4U);
  EXPECT_EQ(thread_failures, 0);
}

TEST_F(DamagedFiles, OfAStoreWithoutAChangelogStayWhenAnotherStoreExplainsTheError) {
  SteppedInstance& first = begin();
  sendEachKey();
  ASSERT_TRUE(runUntilOutputs(records));
  ASSERT_TRUE(cluster.close(first));
  ASSERT_EQ(damage("logged"), 4);
  ASSERT_EQ(damage("unlogged"), 4);

  SteppedInstance& second = begin();
  for (const char* store : {"unlogged", "logged"}) EXPECT_EQ(queriesThatFail(second, store), 4) << store;
  const StoreRegistry& stores = *second.runtime().stores();
  ASSERT_TRUE(cluster.runUntil([&] {
    return setAside(second) == 4 && stores.partitions("logged").size() == 4 && stores.restoringCount() == 0;
  }));
  EXPECT_EQ(queriesThatFail(second, "logged"), 0) << "restored";
  EXPECT_EQ(queriesThatFail(second, "unlogged"), 4) << "what can still be read of it stays";
}

TEST_F(TaskTroubles, AThreadThatIsToStartAgainLeavesTheOtherThreadsAlone) {
  plan = {1, ErrorKind::fatal};
  StreamsConfig config = cluster.config();
  config.num_stream_threads = 2;
  SteppedInstance& app = cluster.add(topology(), config);
  app.start([this](std::exception_ptr, std::string_view) {
    ++thread_failures;
    return UncaughtExceptionResponse::replace_thread;
  });
  ASSERT_TRUE(cluster.runUntilRunning(app));
  sendAll();
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 8; }));
  const auto generation = cluster.broker.generation("app");
  cluster.broker.append("in", "a", "trouble");
  ASSERT_TRUE(cluster.runUntil([&] { return thread_failures == 1; }));
  EXPECT_EQ(app.runtime().stores()->partitions("counts").size(), 2U) << "two of four tasks have been dropped";
  sendAll();
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 17; }));
  EXPECT_EQ(lastOutput("a"), "4") << "at least once: the failed attempt is in the changelog";
  EXPECT_EQ(cluster.broker.generation("app"), generation);
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

}  // namespace
}  // namespace widgetstream
