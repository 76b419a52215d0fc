// What is measured, under which names, and at which level.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/metrics/sensor.hpp"
#include "runtime/metrics/store_metrics.hpp"
#include "tests/runtime/stepped_counting.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Sensor, TellsRateAverageAndExtremesOfTheLastTwoWindows) {
  Sensor sensor{seconds{10}};
  sensor.record(seconds{1}, 4.0);
  sensor.record(seconds{2}, 8.0);
  const Sensor::Reading young = sensor.read(seconds{2});
  EXPECT_EQ(young.total, 2U);
  EXPECT_DOUBLE_EQ(young.rate, 0.2) << "a young sensor is taken over a whole window";
  EXPECT_DOUBLE_EQ(young.average, 6.0);
  EXPECT_DOUBLE_EQ(young.largest, 8.0);
  EXPECT_DOUBLE_EQ(young.smallest, 4.0);
  sensor.record(seconds{12}, 1.0);
  EXPECT_DOUBLE_EQ(sensor.read(seconds{12}).largest, 8.0);
  EXPECT_DOUBLE_EQ(sensor.read(seconds{22}).largest, 1.0) << "what is older than two windows does not count";
  EXPECT_EQ(sensor.read(seconds{22}).total, 3U);
  const Sensor::Reading old = sensor.read(seconds{100});
  EXPECT_DOUBLE_EQ(old.rate, 0.0);
  EXPECT_TRUE(std::isnan(old.average));
}

TEST(Sensor, TakesBatches) {
  Sensor sensor{seconds{10}};
  sensor.record(seconds{1}, 30.0, 10, 5.0);
  const Sensor::Reading reading = sensor.read(seconds{1});
  EXPECT_EQ(reading.total, 10U);
  EXPECT_DOUBLE_EQ(reading.average, 3.0);
  EXPECT_DOUBLE_EQ(reading.largest, 5.0);
}

class Metrics : public SteppedCounting {
 protected:
  SteppedInstance& running(RecordingLevel level = RecordingLevel::info, int threads = 1) {
    StreamsConfig config = cluster.config();
    config.metrics_recording_level = level;
    config.num_stream_threads = threads;
    config.client_id = "app-1";
    SteppedInstance& app = started(config);
    EXPECT_TRUE(cluster.runUntilRunning(app));
    return app;
  }
  static std::string text(SteppedInstance& app) { return app.runtime().metrics().prometheus(); }
  static std::uint64_t total(SteppedInstance& app, const std::string& name) {
    return app.runtime().metrics().total("kafka_streams_" + name);
  }
  /// The value of the first series whose line begins so.
  static double valueOf(const std::string& text, const std::string& beginning) {
    const std::size_t at = text.find("\n" + beginning);
    if (at == std::string::npos) return std::nan("");
    const std::size_t blank = text.find(' ', at + beginning.size());
    return std::stod(text.substr(blank + 1));
  }
};

TEST_F(Metrics, OfThreadsBearKafkaStreamsNames) {
  SteppedInstance& app = running();
  sendAll(5);
  ASSERT_TRUE(cluster.runUntil([&] { return committed() == 40; }));
  cluster.runFor(Milliseconds{1'100});
  const std::string shown = text(app);
  const std::string of_thread = "{thread_id=\"app-1-StreamThread-1\"}";
  for (const char* name : {"commit_latency_avg", "commit_latency_max", "commit_rate", "poll_latency_avg", "poll_rate",
                           "poll_records_avg", "process_latency_avg", "process_latency_max", "process_rate",
                           "process_records_max", "task_created_rate", "thread_start_time", "thread_state",
                           "process_ratio", "blocked_time_ns_total"})
    EXPECT_THAT(shown, HasSubstr("kafka_streams_stream_thread_metrics_" + std::string{name} + of_thread)) << name;
  EXPECT_EQ(total(app, "stream_thread_metrics_process_total"), 40U);
  EXPECT_EQ(valueOf(shown, "kafka_streams_stream_thread_metrics_thread_state"), 4) << "running";
  EXPECT_EQ(valueOf(shown, "kafka_streams_stream_thread_metrics_task_created_total"), 4);
  EXPECT_GT(valueOf(shown, "kafka_streams_stream_thread_metrics_commit_total"), 0);
}

TEST_F(Metrics, CountRecordsAndBytesOfTopics) {
  SteppedInstance& app = running();
  send("a", 3);
  ASSERT_TRUE(runUntilOutputs(3));
  EXPECT_EQ(total(app, "stream_topic_metrics_records_consumed_total"), 3U);
  EXPECT_EQ(total(app, "stream_topic_metrics_bytes_consumed_total"), 3U * (20 + 2 + 1 + 1)) << "as Java counts them";
  EXPECT_EQ(total(app, "stream_topic_metrics_records_produced_total"), 3U);
  EXPECT_EQ(total(app, "stream_topic_metrics_bytes_produced_total"), 3U * (20 + 3 + 1 + 1));
}

TEST_F(Metrics, TellHowFarBehindEachInputIs) {
  SteppedInstance& app = running();
  app.runtime().pause();
  cluster.broker.append("in", OutgoingRecord{2, "k", "x", no_timestamp, nullptr});
  cluster.broker.append("in", OutgoingRecord{2, "k", "x", no_timestamp, nullptr});
  cluster.runFor(Milliseconds{2'000});
  const std::string lag = "kafka_consumer_consumer_fetch_manager_metrics_records_lag{thread_id=\"app-1-StreamThread-1\","
                          "task_id=\"0_2\",topic=\"in\",partition=\"2\"}";
  EXPECT_EQ(valueOf(text(app), lag), 2);
  app.runtime().resume();
  cluster.runFor(Milliseconds{2'000});
  EXPECT_EQ(valueOf(text(app), lag), 0);
}

TEST_F(Metrics, OfTheInstanceTellItsStateAndThreads) {
  SteppedInstance& app = running(RecordingLevel::info, 2);
  const std::string shown = text(app);
  EXPECT_EQ(valueOf(shown, "kafka_streams_stream_metrics_client_state"), 2) << "running";
  EXPECT_EQ(valueOf(shown, "kafka_streams_stream_metrics_alive_stream_threads"), 2);
  EXPECT_EQ(valueOf(shown, "kafka_streams_stream_metrics_failed_stream_threads"), 0);
  EXPECT_THAT(shown, HasSubstr("application_info{client_id=\"app-1\",application_id=\"app\""));
}

TEST_F(Metrics, OfTasksMoveWithThem) {
  SteppedInstance& app = running();
  sendAll();
  ASSERT_TRUE(runUntilOutputs(8));
  ASSERT_TRUE(settled(app.runtime().coordinator().addThread()));
  ASSERT_TRUE(cluster.runUntil([&] { return tasksOfThreads(app) == std::vector<std::size_t>{2, 2}; }));
  const std::string shown = text(app);
  const std::string task = "kafka_streams_stream_task_metrics_restore_remaining_records_total{thread_id=\"app-1-StreamThread-";
  std::size_t of_first = 0;
  std::size_t of_second = 0;
  for (std::size_t at = shown.find(task); at != std::string::npos; at = shown.find(task, at + 1))
    ++(shown[at + task.size()] == '1' ? of_first : of_second);
  EXPECT_EQ(of_first, 2U);
  EXPECT_EQ(of_second, 2U);
}

TEST_F(Metrics, OfTheLevelDebugAreThereOnlyAtThatLevel) {
  SteppedInstance& quiet = running();
  EXPECT_THAT(text(quiet), Not(HasSubstr("stream_task_metrics_process_latency_avg")));
  EXPECT_THAT(text(quiet), Not(HasSubstr("stream_state_metrics")));
  ASSERT_TRUE(cluster.close(quiet));

  SteppedInstance& app = running(RecordingLevel::debug);
  sendAll(100);
  ASSERT_TRUE(runUntilOutputs(800));
  cluster.runFor(Milliseconds{1'500});
  const std::string shown = text(app);
  for (const char* name : {"task_metrics_process_latency_avg", "task_metrics_process_rate", "task_metrics_process_total",
                           "task_metrics_record_lateness_avg", "task_metrics_active_buffer_count",
                           "task_metrics_cache_size_bytes_total", "state_metrics_get_latency_avg",
                           "state_metrics_put_latency_max", "state_metrics_put_rate", "state_metrics_commit_rate"})
    EXPECT_THAT(shown, HasSubstr("kafka_streams_stream_" + std::string{name} + "{")) << name;
  EXPECT_THAT(shown, HasSubstr("store=\"counts\""));
}

TEST_F(Metrics, SayWhyRecordsWereDropped) {
  Topology topology;
  topology.addSource<std::string, int>("source", {"in"}, [] {
    struct Numbers {
      void encode(const int& value, Bytes& out) const { out += std::to_string(value); }
      int decode(BytesView bytes) const { return std::stoi(std::string{bytes}); }
    };
    SourceOptions<std::string, int> options;
    options.value_serde = Numbers{};
    return options;
  }());
  StreamsConfig config = cluster.config();
  config.deserialization_exception_handler = logAndContinue();
  SteppedInstance& app = cluster.add(std::move(topology), config);
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  send("a", 2);
  ASSERT_TRUE(cluster.runUntil([&] { return total(app, "stream_task_metrics_dropped_records_total") == 2; }));
  EXPECT_THAT(text(app), HasSubstr("reason=\"deserialization-error\"} 2"));
}

TEST_F(Metrics, OfRestoresTellWhatIsLeft) {
  SteppedInstance& first = running();
  for (int i = 0; i < 3'000; ++i) send("key" + std::to_string(i));
  ASSERT_TRUE(runUntilOutputs(3'000));
  ASSERT_TRUE(cluster.close(first));
  StreamsConfig config = cluster.config("two");
  SteppedInstance& app = started(config);
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_EQ(total(app, "stream_state_updater_metrics_restore_records_total"), 3'000U);
  cluster.runFor(Milliseconds{1'100});
  EXPECT_EQ(valueOf(text(app), "kafka_streams_stream_state_updater_metrics_active_restoring_tasks"), 0);
}

TEST(StoreMetricsTest, OneOperationInSixteenIsTimedAndStandsForTheOthers) {
  MetricsRegistry registry;
  ManualClock clock{fromMillis(1'000)};
  StoreMetrics metrics{registry, clock, seconds{30}, {{"store", "counts"}}};
  int timed = 0;
  for (int i = 0; i < 160; ++i) {
    if (!metrics.began(StoreMeasure::Operation::put)) continue;
    ++timed;
    metrics.took(StoreMeasure::Operation::put, std::chrono::nanoseconds{500});
  }
  EXPECT_EQ(timed, 10);
  EXPECT_THAT(registry.prometheus(), HasSubstr("kafka_streams_stream_state_metrics_put_latency_avg{store=\"counts\"} 500\n"));
  for (int i = 0; i < 512; ++i) metrics.lookedUp(i % 4 != 0);
  EXPECT_THAT(registry.prometheus(), HasSubstr("hit_ratio_avg{store=\"counts\"} 0.75\n"));
}

}  // namespace
}  // namespace widgetstream
