// Stores of a task: caches before offsets, changelog before output, restore, early commits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/counting_topology.hpp"
#include "tests/runtime/task_bench.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Table = TypedTimestampedStore<Text, Text>;

/// Keeps the newest value of each key in a cached store and forwards what the cache passes on.
class CachingProcessor final : public Processor<Text, Text> {
 public:
  explicit CachingProcessor(Text store) : name_(std::move(store)) {}
  using Processor<Text, Text>::init;
  using Processor<Text, Text>::process;
  void init(Context& context) override {
    table_ = &context.getStateStore<Table>(name_);
    table_->onFlush(
        [this](const Text& key, Nullable<Text> value, Nullable<Text>, Timestamp timestamp, const RecordStamp& stamp) {
          const auto as = this->context().any().actAs(
              RecordContext{stamp.topic, stamp.partition, stamp.offset, stamp.timestamp, *stamp.headers});
          this->context().forward(TextRecord{key, value, timestamp, *stamp.headers});
        });
  }
  void process(const TextRecord& record) override {
    const RecordContext& at = context().recordContext();
    table_->put(*record.key, record.value, record.timestamp,
                RecordStamp{at.topic(), at.partition(), at.offset(), at.timestamp(), &at.headers()});
  }

 private:
  Text name_;
  Table* table_ = nullptr;
};

ProcessorSupplier<Text, Text> cachingIn(const Text& store) {
  return [store] { return std::make_unique<CachingProcessor>(store); };
}

StoreBuilder cachedStore(const Text& name) {
  StoreBuilder store = timestampedKeyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore(name));
  store.withCachingEnabled();
  return store;
}

/// "in" -> "first" (cached) -> "second" (cached) -> "out"
Topology twoCaches() {
  Topology topology;
  topology.addSource<Text, Text>("in", {"in"})
      .addProcessor("first", cachingIn("one"), {"in"})
      .addProcessor("second", cachingIn("two"), {"first"})
      .addStateStore(cachedStore("one"), {"first"})
      .addStateStore(cachedStore("two"), {"second"})
      .addSink<Text, Text>("out", "out", {"second"});
  return topology;
}

/// Topic and value of everything the task wrote, in order.
std::vector<std::string> everythingWritten(const TaskBench& bench) {
  std::vector<std::string> lines;
  for (const BrokerRecord& record : bench.broker.allRecords())
    lines.push_back(record.topic + ": " + TaskBench::line(record));
  return lines;
}

TEST(TaskStores, CachesPassOnTheNewestValueAtTheCommitOneStoreAfterTheOther) {
  TaskBench bench{twoCaches()};
  bench.start();
  bench.give({0, "a", "1", 10, {}});
  bench.give({1, "b", "1", 11, {}});
  bench.give({2, "a", "2", 12, {}});
  bench.processAll();
  EXPECT_THAT(everythingWritten(bench), IsEmpty());
  bench.commit();
  EXPECT_THAT(everythingWritten(bench),
              ElementsAre("app-one-changelog: b=1@11", "app-one-changelog: a=2@12", "app-two-changelog: b=1@11",
                          "out: b=1@11", "app-two-changelog: a=2@12", "out: a=2@12"));
}

TEST(TaskStores, AnEntryOfACachePassesOnUnderTheRecordThatWroteIt) {
  std::vector<std::string> origins;
  Topology topology;
  topology.addSource<Text, Text>("in", {"in"})
      .addProcessor("cache", cachingIn("one"), {"in"})
      .addStateStore(cachedStore("one"), {"cache"})
      .addProcessor("see", textProcessor([&](TextContext& context, const TextRecord&) {
                      origins.push_back(toString(context.recordContext().origin()));
                    }),
                    {"cache"});
  TaskBench bench{std::move(topology)};
  bench.start();
  bench.give({4, "a", "1", 10, {}});
  bench.give({5, "b", "1", 11, {}});
  bench.processAll();
  bench.commit();
  EXPECT_THAT(origins, ElementsAre("in-0-4", "in-0-5"));
}

TEST(TaskStores, RememberHowFarTheirChangelogTheyAre) {
  TaskBench bench{counting(persistentKeyValueStore("counts"))};
  bench.start();
  bench.give({0, "a", "x", 1, {}});
  bench.give({1, "a", "x", 2, {}});
  bench.processAll();
  EXPECT_GT(bench.task().bufferedBytes(), 0U);
  bench.commit();
  EXPECT_EQ(bench.task().bufferedBytes(), 0U);
  bench.stop();

  Task& again = bench.start();
  ASSERT_EQ(again.changelogs().size(), 1U);
  EXPECT_EQ(again.changelogs()[0].partition, (TopicPartition{"app-counts-changelog", 0}));
  EXPECT_EQ(again.changelogs()[0].next_offset, 2);
}

TEST(TaskStores, ForgetWhatWasNotCommitted) {
  TaskBench bench{counting(persistentKeyValueStore("counts"))};
  bench.start();
  bench.give({0, "a", "x", 1, {}});
  bench.processAll();
  bench.commit();
  bench.give({1, "a", "x", 2, {}});
  bench.processAll();
  bench.stop();
  bench.start();
  bench.give({1, "a", "x", 2, {}});
  bench.processAll();
  bench.commit();
  EXPECT_EQ(bench.written("out").back(), "a=2@2");
}

TEST(TaskStores, AreRestoredFromTheirChangelog) {
  TaskBench bench{counting()};
  Task task{wholeTopology(*bench.environment.graph, "app"), bench.environment};
  task.openStores();
  ASSERT_EQ(task.changelogs().at(0).next_offset, offset_earliest);
  std::vector<FetchedRecord> log(3);
  for (std::int64_t i = 0; i < 3; ++i) {
    log[static_cast<std::size_t>(i)].offset = i;
    log[static_cast<std::size_t>(i)].key = "a";
    log[static_cast<std::size_t>(i)].value = "7";
  }
  log[2].key.reset();  // not a store's: skipped
  task.restore(0, log);
  EXPECT_EQ(task.changelogs().at(0).next_offset, 3);
  task.initialize({}, bench.clock.now());
  auto& store = dynamic_cast<KeyValueStore<Text, Text>&>(*task.store("counts"));
  EXPECT_EQ(store.get("a"), "7");
}

TEST(TaskStores, AreOnlyForTheProcessorsTheyAreConnectedTo) {
  Topology topology = counting();
  topology.addProcessor(
      "stranger",
      textProcessor([](auto&, const auto&) {},
                    [](TextContext& context) { (void)context.getStateStore<KeyValueStore<Text, Text>>("counts"); }),
      {"source"});
  TaskBench bench{std::move(topology)};
  try {
    bench.start();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    EXPECT_THAT(error.what(), HasSubstr("'stranger' asks for store 'counts', which is not connected"));
  }
}

TEST(TaskStores, AnEntryTooLargeForItsChangelogFailsTheTask) {
  TaskBench bench{counting()};
  bench.environment.production_handler = logAndContinue();  // not its business: the store would differ from its log
  bench.start();
  bench.broker.failNextSends(1, ErrorKind::bad_record, "too large", "app-counts-changelog");
  bench.give({0, "a", "x", 1, {}});
  bench.processAll();
  EXPECT_THROW(bench.commit(), Error);
}

}  // namespace
}  // namespace widgetstream
