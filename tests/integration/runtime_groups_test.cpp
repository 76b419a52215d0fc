// KafkaStreams on a real broker: threads, groups and what user code may do to them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "tests/integration/counting_on_kafka.hpp"
#include "tests/support/wait.hpp"

namespace widgetstream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Text = std::string;

class GroupsOnKafka : public CountingOnKafka {
 protected:
  GroupsOnKafka() : CountingOnKafka("groups") {}

  /// Counts records in a store; `before` sees each first.
  Topology topology(std::function<void(const Text& value)> before = [](const Text&) {}) const {
    class Seeing final : public Processor<Text, Text> {
     public:
      explicit Seeing(std::function<void(const Text&)> before) : before_(std::move(before)) {}
      using Processor<Text, Text>::process;
      void process(const Record<Text, Text>& record) override {
        before_(*record.value);
        context().forward(record);
      }

     private:
      std::function<void(const Text&)> before_;
    };
    Topology topology;
    topology.addSource<Text, Text>("source", {input_})
        .addProcessor("see", ProcessorSupplier<Text, Text>{[before] { return std::make_unique<Seeing>(before); }},
                      {"source"})
        .addProcessor("count", ProcessorSupplier<Text, Text>{[] { return std::make_unique<CountingProcessor>(); }},
                      {"see"})
        .addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("counts")), {"count"})
        .addSink<Text, Text>("sink", output_, {"count"});
    return topology;
  }
  std::unique_ptr<KafkaStreams> made(StreamsConfig config, Topology topology) const {
    return std::make_unique<KafkaStreams>(std::move(topology), std::move(config));
  }
  static void start(KafkaStreams& app) {
    app.start();
    ASSERT_TRUE(app.waitForState({StreamsState::running}, seconds{60})) << app.readiness().reason;
  }
  void produce(int keys, const Text& value = "x") {
    std::vector<KafkaTestRecord> records;
    for (int key = 0; key < keys; ++key) records.push_back({.key = "key" + std::to_string(key), .value = value});
    client_.produce(input_, records);
  }
};

TEST_F(GroupsOnKafka, ThreadsComeAndGoWithoutARebalanceOrARestore) {
  std::atomic<int> rebalances{0};
  auto app = made(config("one"), topology());
  app->setStateListener([&](StreamsState now, StreamsState) { rebalances += now == StreamsState::rebalancing ? 1 : 0; });
  start(*app);
  produce(40);
  ASSERT_EQ(outputs(40).size(), 40U);
  ASSERT_TRUE(app->addStreamThread());
  ASSERT_TRUE(waitUntil([&] {
    const auto threads = app->metadataForLocalThreads();
    return threads.size() == 2 && threads[0].active_tasks.size() == 2 && threads[1].active_tasks.size() == 2;
  }));
  produce(40);
  ASSERT_EQ(outputs(80).size(), 80U);
  ASSERT_TRUE(app->removeStreamThread(seconds{30}));
  produce(40);
  EXPECT_EQ(outputs(120).size(), 120U);
  EXPECT_TRUE(waitUntil([&] { return committed() == 120; }));
  EXPECT_EQ(rebalances, 1) << "only the start's";
  EXPECT_EQ(app->metrics().total("kafka_streams_stream_state_updater_metrics_restore_records_total"), 0U);
  EXPECT_TRUE(app->close(seconds{30}));
}

TEST_F(GroupsOnKafka, AStaticMemberThatComesBackInTimeDisturbsNobody) {
  StreamsConfig first = config("one");
  first.group_instance_id = "one";
  StreamsConfig second = config("two");
  second.group_instance_id = "two";
  auto one = made(first, topology());
  start(*one);
  auto two = made(second, topology());
  start(*two);
  ASSERT_TRUE(waitUntil([&] {
    return one->isReady() && two->isReady() && one->storePartitions("counts").local.size() == 2;
  }));
  const auto tasks = one->storePartitions("counts").local;
  std::atomic<bool> disturbed{false};
  std::thread watch{[&] { disturbed = two->waitForState({StreamsState::rebalancing}, seconds{4}); }};
  ASSERT_TRUE(one->close(seconds{30}));
  one = made(first, topology());
  start(*one);
  EXPECT_EQ(one->storePartitions("counts").local, tasks);
  watch.join();
  EXPECT_FALSE(disturbed);
  EXPECT_TRUE(one->close(seconds{30}));
  EXPECT_TRUE(two->close(seconds{30}));
}

TEST_F(GroupsOnKafka, OneInstanceShutsDownTheWholeApplication) {
  const auto failing = [](const Text& value) {
    if (value == "poison") throw std::runtime_error{"cannot digest this"};
  };
  std::vector<std::unique_ptr<KafkaStreams>> apps;
  for (const char* name : {"one", "two", "three"}) {
    apps.push_back(made(config(name), topology(failing)));
    apps.back()->setUncaughtExceptionHandler(
        [](std::exception_ptr, std::string_view) { return UncaughtExceptionResponse::shutdown_application; });
    start(*apps.back());
  }
  ASSERT_TRUE(waitUntil([&] {
    return std::all_of(apps.begin(), apps.end(), [](const auto& app) { return app->isReady(); });
  }));
  produce(10);
  ASSERT_TRUE(waitUntil([&] { return committed() == 10; }));
  produce(1, "poison");
  for (const auto& app : apps) EXPECT_TRUE(app->waitForState({StreamsState::error}, seconds{30}));
  apps.clear();

  StreamsConfig lenient = config("one");
  lenient.processing_exception_handler = logAndContinue();
  auto again = made(lenient, topology(failing));
  start(*again);
  EXPECT_TRUE(waitUntil([&] { return committed() == 11; })) << "a restarted application runs";
  EXPECT_TRUE(again->close(seconds{30}));
}

TEST_F(GroupsOnKafka, ASlowThreadGivesItsPartitionsToOthersAndComesBack) {
  std::mutex mutex;
  std::condition_variable opened;
  bool open = false;
  std::atomic<bool> waiting{false};
  StreamsConfig impatient = config("slow");
  impatient.max_poll_interval = milliseconds{1'500};
  auto slow = made(impatient, topology([&](const Text& value) {
                     if (value != "wait") return;
                     waiting = true;
                     std::unique_lock lock{mutex};
                     opened.wait(lock, [&] { return open; });
                   }));
  start(*slow);
  produce(10);
  ASSERT_TRUE(waitUntil([&] { return committed() == 10; }));
  auto quick = made(config("quick"), topology());
  quick->start();
  produce(40, "wait");
  ASSERT_TRUE(waitUntil([&] { return waiting.load(); }));
  EXPECT_TRUE(waitUntil([&] { return committed() == 50; })) << "the other instance has done all of it";
  {
    const std::lock_guard lock{mutex};
    open = true;
  }
  opened.notify_all();
  EXPECT_TRUE(slow->waitForState({StreamsState::running}, seconds{30})) << slow->readiness().reason;
  EXPECT_EQ(committed(), 50) << "nobody goes back";
  EXPECT_TRUE(quick->close(seconds{30}));
  EXPECT_TRUE(slow->close(seconds{30}));
}

TEST_F(GroupsOnKafka, RepartitionTopicsAreTrimmedAfterCommits) {
  Topology topology;
  topology.addInternalTopic({"moved-repartition", std::nullopt});
  topology.addSource<Text, Text>("source", {input_})
      .addSink<Text, Text>("move", "moved-repartition", {"source"})
      .addSource<Text, Text>("moved", {"moved-repartition"})
      .addSink<Text, Text>("sink", output_, {"moved"});
  StreamsConfig purging = config("one");
  purging.repartition_purge_interval = milliseconds{300};
  auto app = made(purging, std::move(topology));
  start(*app);
  produce(40);
  ASSERT_EQ(outputs(40).size(), 40U);
  const auto clients = librdkafkaClients({{"bootstrap.servers", broker_.bootstrapServers()}}, {});
  ConsumerSettings settings;
  settings.group = application_id_ + "-looking";
  const auto consumer = clients->consumer(settings);
  std::vector<TopicPartition> partitions;
  for (int partition = 0; partition < 4; ++partition) partitions.push_back({application_id_ + "-moved-repartition", partition});
  EXPECT_TRUE(waitUntil([&] {
    std::int64_t first = 0;
    for (const auto& [at, range] : consumer->offsets(partitions, seconds{5})) first += range.first;
    return first == 40;
  })) << "the beginning of the log has not moved";
  EXPECT_TRUE(app->close(seconds{30}));
}

}  // namespace
}  // namespace widgetstream
