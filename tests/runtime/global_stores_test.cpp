// Global stores: every instance loads the whole topic before it processes anything, and follows it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/global/positions_file.hpp"
#include "tests/runtime/stepped_cluster.hpp"
#include "tests/support/damaged_tables.hpp"
#include "widgetstream/serde/default_serde.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Text = std::string;
using Reads = ReadOnlyKeyValueStore<Text, Text>;
using Writes = KeyValueStore<Text, Text>;

/// Keeps the newest value of each key; "bad" is what it cannot take.
class Keeping final : public Processor<Text, Text> {
 public:
  using Processor::process;
  void process(const Record<Text, Text>& record) override {
    auto& names = context().getStateStore<Writes>("names");
    if (!record.value) {
      names.erase(*record.key);
    } else if (*record.value == "bad") {
      throw std::runtime_error{"a bad name"};
    } else {
      names.put(*record.key, "<" + *record.value + ">");
    }
  }
};

/// Forwards what the global store has for the value.
class LookingUp final : public Processor<Text, Text> {
 public:
  using Processor::init;
  using Processor::process;
  void init(Context& context) override { names_ = &context.getStateStore<Reads>("names"); }
  void process(const Record<Text, Text>& record) override {
    const Text found = names_->get(*record.value).value_or("nobody");
    context().forward(record.withValue(found));
  }

 private:
  Reads* names_ = nullptr;
};

Topology lookingUp(KeyValueStoreSupplier store = inMemoryKeyValueStore("names")) {
  Topology topology;
  topology.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(std::move(store)), "names-source", "names",
                                      "names-keeper", [] { return std::make_unique<Keeping>(); });
  topology.addSource<Text, Text>("source", {"in"})
      .addProcessor<Text, Text, Text, Text>("look-up", [] { return std::make_unique<LookingUp>(); }, {"source"})
      .addSink<Text, Text>("sink", "out", {"look-up"});
  return topology;
}

class GlobalStoresTest : public ::testing::Test {
 protected:
  GlobalStoresTest() {
    cluster.broker.createTopic("in", 2);
    cluster.broker.createTopic("out", 1);
  }

  SteppedInstance& started(Topology topology, const Text& name = "one") {
    SteppedInstance& instance = cluster.add(std::move(topology), cluster.config(name));
    instance.start();
    return instance;
  }
  /// One whose global store keeps files.
  SteppedInstance& runningOnDisk() {
    SteppedInstance& app = started(lookingUp(persistentKeyValueStore("names")));
    EXPECT_TRUE(cluster.runUntilRunning(app));
    return app;
  }
  void runOnceOnDisk() { EXPECT_TRUE(cluster.close(runningOnDisk())); }
  /// It has read of ann, and has ended.
  void runOnceWithAnn() {
    cluster.broker.createTopic("names", 1);
    cluster.broker.append("names", "ann", "Ann");
    runOnceOnDisk();
  }
  /// What comes out for a value that goes in.
  Text lookedUp(const Text& value) {
    const std::size_t before = cluster.broker.records("out").size();
    cluster.broker.append("in", value, value);
    if (!cluster.runUntil([&] { return cluster.broker.records("out").size() > before; })) return "nothing came out";
    return *cluster.broker.records("out").back().value;
  }
  Positions positions(const Text& name = "one") const {
    return readPositions(cluster.directory.path() / name / "app" / "global" / ".checkpoint");
  }

  SteppedCluster cluster;
};

TEST_F(GlobalStoresTest, AreLoadedFromAllPartitionsBeforeAnyRecordIsProcessed) {
  cluster.broker.createTopic("names", 3);
  for (const Text name : {"ann", "bob", "cid", "dan", "eve"}) cluster.broker.append("names", name, name);
  cluster.broker.append("in", "ann", "ann");
  cluster.broker.append("in", "eve", "eve");
  SteppedInstance& app = started(lookingUp());
  ASSERT_TRUE(cluster.runUntilRunning(app));
  ASSERT_TRUE(cluster.runUntil([&] { return cluster.broker.records("out").size() == 2; }));
  std::vector<Text> found;
  for (const BrokerRecord& record : cluster.broker.records("out")) found.push_back(*record.value);
  EXPECT_THAT(found, UnorderedElementsAre("<ann>", "<eve>"));
}

TEST_F(GlobalStoresTest, FollowTheirTopic) {
  cluster.broker.createTopic("names", 1);
  SteppedInstance& app = started(lookingUp());
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_EQ(lookedUp("ann"), "nobody");
  cluster.broker.append("names", "ann", "Ann");
  cluster.runFor(Milliseconds{10});
  EXPECT_EQ(lookedUp("ann"), "<Ann>");
  cluster.broker.append("names", "ann", std::nullopt);
  cluster.runFor(Milliseconds{10});
  EXPECT_EQ(lookedUp("ann"), "nobody");
}

TEST_F(GlobalStoresTest, AreWholeOnEveryInstance) {
  cluster.broker.createTopic("names", 2);
  for (const Text name : {"ann", "bob", "cid", "dan"}) cluster.broker.append("names", name, name);
  SteppedInstance& one = started(lookingUp(), "one");
  SteppedInstance& two = started(lookingUp(), "two");
  ASSERT_TRUE(
      cluster.runUntil([&] { return one.state() == StreamsState::running && two.state() == StreamsState::running; }));
  for (SteppedInstance* instance : {&one, &two}) {
    auto& names = dynamic_cast<Reads&>(instance->runtime().globals()->readOnly("names"));
    for (const Text name : {"ann", "bob", "cid", "dan"}) EXPECT_EQ(names.get(name), "<" + name + ">");
  }
}

TEST_F(GlobalStoresTest, HaveNoChangelogAndNoTask) {
  cluster.broker.createTopic("names", 1);
  SteppedInstance& app = started(lookingUp());
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_THAT(cluster.broker.topics(), UnorderedElementsAre("in", "out", "names"));
  EXPECT_EQ(app.runtime().plan()->parts.size(), 1);
  for (const auto& [partition, offset] : cluster.broker.committed("app")) EXPECT_NE(partition.topic, "names");
}

TEST_F(GlobalStoresTest, ATopicThatIsMissingIsWaitedFor) {
  SteppedInstance& app = started(lookingUp());
  cluster.runFor(Milliseconds{2'000});
  EXPECT_EQ(app.state(), StreamsState::rebalancing);
  EXPECT_THAT(app.runtime().waitingFor(), HasSubstr("names"));
  cluster.broker.createTopic("names", 1);
  EXPECT_TRUE(cluster.runUntilRunning(app));
}

TEST_F(GlobalStoresTest, OnesThatKeepFilesGoOnFromWhereTheyWere) {
  cluster.broker.createTopic("names", 1);
  cluster.broker.append("names", "ann", "Ann");
  cluster.broker.append("names", "bob", "Bob");
  runOnceOnDisk();
  EXPECT_THAT(positions(), ElementsAre(std::pair{TopicPartition{"names", 0}, std::int64_t{2}}));

  // What was read is not there any more, so it cannot have been read again.
  cluster.broker.append("names", "cid", "Cid");
  cluster.broker.admin({})->deleteRecords({{{"names", 0}, 2}}, Milliseconds{0});
  runningOnDisk();
  EXPECT_EQ(lookedUp("ann"), "<Ann>");
  EXPECT_EQ(lookedUp("cid"), "<Cid>");
}

TEST_F(GlobalStoresTest, OnesThatHaveLostTheirFilesAreLoadedAnew) {
  runOnceWithAnn();
  ASSERT_GT(std::filesystem::remove_all(cluster.directory.path() / "one" / "app" / "global" / "rocksdb" / "names"), 0U);
  runningOnDisk();
  EXPECT_EQ(lookedUp("ann"), "<Ann>");
}

TEST_F(GlobalStoresTest, OnesThatHaveLostTheirPositionAreLoadedAnewWithoutWhatTheyHad) {
  runOnceWithAnn();
  ASSERT_TRUE(std::filesystem::remove(cluster.directory.path() / "one" / "app" / "global" / ".checkpoint"));
  // Compaction has forgotten that ann ever was.
  cluster.broker.append("names", "bob", "Bob");
  cluster.broker.admin({})->deleteRecords({{{"names", 0}, 1}}, Milliseconds{0});
  runningOnDisk();
  EXPECT_EQ(lookedUp("bob"), "<Bob>");
  EXPECT_EQ(lookedUp("ann"), "nobody");
}

TEST_F(GlobalStoresTest, OnesThatCannotBeOpenedAreLoadedAnewAtOnce) {
  runOnceWithAnn();
  ASSERT_TRUE(std::filesystem::remove(cluster.directory.path() / "one/app/global/rocksdb/names/CURRENT"));
  SteppedInstance& again = runningOnDisk();
  EXPECT_EQ(lookedUp("ann"), "<Ann>");
  EXPECT_EQ(again.runtime().metrics().total("widgetstream_stores_set_aside_total"), 1U);
}

TEST_F(GlobalStoresTest, ATopicThatHasFewerPartitionsThanBeforeIsReadAnew) {
  cluster.broker.createTopic("names", 2);
  const std::vector<Text> before{"ann", "bob", "cid", "dan"};
  for (const Text& name : before) cluster.broker.append("names", name, name);
  runOnceOnDisk();
  cluster.broker.admin({})->deleteTopics({"names"}, Milliseconds{0});
  cluster.broker.createTopic("names", 1);
  // As many, so that the position of partition 0 fits.
  for (const Text& name : before) cluster.broker.append("names", "new " + name, name);
  runningOnDisk();
  for (const Text& name : before) {
    EXPECT_EQ(lookedUp(name), "nobody");
    EXPECT_EQ(lookedUp("new " + name), "<" + name + ">");
  }
}

TEST_F(GlobalStoresTest, WhatAVisitorThrowsIsItsOwn) {
  cluster.broker.createTopic("names", 1);
  cluster.broker.append("names", "ann", "Ann");
  SteppedInstance& app = started(lookingUp());
  ASSERT_TRUE(cluster.runUntilRunning(app));
  auto& reads = dynamic_cast<Reads&>(app.runtime().globals()->readOnly("names"));
  try {
    reads.range({}, {}, [](const Text&, const Text&) -> bool {
      throw Error{ErrorKind::store_corrupted, "another store, which the visitor reads"};
    });
    FAIL() << "the visitor threw";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::store_corrupted);
  }
}

TEST_F(GlobalStoresTest, PositionsAreWrittenWhileTheApplicationRuns) {
  cluster.broker.createTopic("names", 1);
  SteppedInstance& app = started(lookingUp(persistentKeyValueStore("names")));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("names", "ann", "Ann");
  EXPECT_TRUE(cluster.runUntil([&] { return positions()[{"names", 0}] == 1; }));
}

TEST_F(GlobalStoresTest, AfterACrashWhatWasNotWrittenIsReadAgain) {
  cluster.broker.createTopic("names", 1);
  cluster.broker.append("names", "ann", "Ann");
  SteppedInstance& app = started(lookingUp(persistentKeyValueStore("names")));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("names", "bob", "Bob");
  cluster.runFor(Milliseconds{20});
  cluster.destroy(app);
  runningOnDisk();
  EXPECT_EQ(lookedUp("ann"), "<Ann>");
  EXPECT_EQ(lookedUp("bob"), "<Bob>");
}

TEST_F(GlobalStoresTest, ATopicThatDoesNotHoldWhatTheStoreSaysIsReadAnew) {
  cluster.broker.createTopic("names", 1);
  cluster.broker.append("names", "ann", "Ann");
  cluster.broker.append("names", "bob", "Bob");
  runOnceOnDisk();
  const auto admin = cluster.broker.admin({});
  admin->deleteTopics({"names"}, Milliseconds{0});
  cluster.broker.createTopic("names", 1);
  cluster.broker.append("names", "bob", "Robert");
  runningOnDisk();
  EXPECT_EQ(lookedUp("ann"), "nobody");
  EXPECT_EQ(lookedUp("bob"), "<Robert>");
}

class DamagedGlobalStores : public GlobalStoresTest {
 protected:
  static constexpr std::size_t names = 3'000;

  static Topology withOwnStore() {
    Topology topology = lookingUp(persistentKeyValueStore("names"));
    topology.addStateStore(keyValueStoreBuilder<Text, Text>(persistentKeyValueStore("own")), {"look-up"});
    return topology;
  }
  static Text nameOf(std::size_t number) { return "name-" + std::to_string(number); }

  /// The application whose global store was damaged while it was not running.
  SteppedInstance& startedDamaged(UncaughtExceptionHandler uncaught = {}) {
    cluster.broker.createTopic("names", 1);
    for (std::size_t n = 0; n < names; ++n) cluster.broker.append("names", nameOf(n), "somebody");
    SteppedInstance& app = started(withOwnStore());
    EXPECT_TRUE(cluster.runUntilRunning(app));
    EXPECT_TRUE(cluster.close(app));
    EXPECT_GT(damageTables(cluster.directory.path() / "one" / "app" / "global"), 0);
    SteppedInstance& again = cluster.add(withOwnStore(), cluster.config("one"));
    again.start(std::move(uncaught));
    EXPECT_TRUE(cluster.runUntilRunning(again));
    return again;
  }
  static std::uint64_t setAside(SteppedInstance& app) {
    return app.runtime().metrics().total("widgetstream_stores_set_aside_total");
  }
  /// Every name, by the application started once more.
  void expectLoadedAnew() {
    SteppedInstance& app = started(withOwnStore());
    ASSERT_TRUE(cluster.runUntilRunning(app));
    auto& reads = dynamic_cast<Reads&>(app.runtime().globals()->readOnly("names"));
    for (std::size_t n = 0; n < names; ++n) ASSERT_EQ(reads.get(nameOf(n)), "<somebody>");
    EXPECT_EQ(setAside(app), 0U);
  }
};

TEST_F(DamagedGlobalStores, ThatAQueryFindsAreLoadedAnewByTheNextStart) {
  SteppedInstance& app = startedDamaged();
  auto& reads = dynamic_cast<Reads&>(app.runtime().globals()->readOnly("names"));
  const auto readAll = [&] { reads.range({}, {}, [](const Text&, const Text&) { return true; }); };
  EXPECT_THROW(readAll(), Error);
  cluster.runFor(Milliseconds{10});
  EXPECT_EQ(app.state(), StreamsState::running) << "what it has else can still be asked for";
  EXPECT_THAT(positions(), IsEmpty()) << "so that it is loaded anew after a crash too";
  ASSERT_TRUE(cluster.close(app));
  EXPECT_EQ(setAside(app), 1U);
  expectLoadedAnew();
}

TEST_F(DamagedGlobalStores, ThatATaskReadsEndTheApplicationAndLeaveTheTasksStoresAlone) {
  Text told;
  SteppedInstance& app = startedDamaged([&](std::exception_ptr error, std::string_view) {
    told = exceptionText(std::move(error)).message;
    return UncaughtExceptionResponse::shutdown_client;
  });
  for (std::size_t n = 0; n < names; ++n) cluster.broker.append("in", nameOf(n), nameOf(n));
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  app.runtime().tearDown();
  EXPECT_THAT(told, HasSubstr("store 'names' cannot be read here: "));
  EXPECT_EQ(setAside(app), 1U) << "the global one";
  expectLoadedAnew();
}

TEST_F(GlobalStoresTest, WhatTheirProcessorThrowsEndsTheApplication) {
  cluster.broker.createTopic("names", 1);
  SteppedInstance& app = started(lookingUp());
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("names", "ann", "bad");
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  app.runtime().tearDown();
  EXPECT_EQ(app.state(), StreamsState::error);
}

TEST_F(GlobalStoresTest, OrGoesToTheProcessingHandlerWhereThatIsAskedFor) {
  cluster.broker.createTopic("names", 1);
  StreamsConfig config = cluster.config();
  config.processing_exception_handler = logAndContinue();
  config.processing_exception_handler_global_enabled = true;
  SteppedInstance& app = cluster.add(lookingUp(), config);
  app.start();
  ASSERT_TRUE(cluster.runUntilRunning(app));
  cluster.broker.append("names", "ann", "bad");
  cluster.broker.append("names", "bob", "Bob");
  cluster.runFor(Milliseconds{10});
  EXPECT_EQ(lookedUp("bob"), "<Bob>");
  EXPECT_EQ(app.state(), StreamsState::running);
}

TEST_F(GlobalStoresTest, AloneTheyNeedNoGroup) {
  cluster.broker.createTopic("names", 1);
  cluster.broker.append("names", "ann", "Ann");
  Topology topology;
  topology.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("names")), "source",
                                      "names", "keeper", [] { return std::make_unique<Keeping>(); });
  SteppedInstance& app = started(std::move(topology));
  ASSERT_TRUE(cluster.runUntilRunning(app));
  EXPECT_THAT(cluster.broker.members("app"), IsEmpty());
  EXPECT_TRUE(app.runtime().stores()->holds("names", 0));
  EXPECT_EQ(app.runtime().stores()->restoringCount(), 0U);
  EXPECT_TRUE(cluster.close(app));
}

TEST_F(GlobalStoresTest, CanOnlyBeReadByOthers) {
  struct Writing final : Processor<Text, Text> {
    using Processor::init;
    using Processor::process;
    void init(Context& context) override { static_cast<void>(context.getStateStore<Writes>("names")); }
    void process(const Record<Text, Text>&) override {}
  };
  cluster.broker.createTopic("names", 1);
  Topology topology = lookingUp();
  topology.addProcessor<Text, Text, Text, Text>("writer", [] { return std::make_unique<Writing>(); }, {"source"});
  std::exception_ptr told;
  SteppedInstance& app = cluster.add(std::move(topology), cluster.config());
  app.start([&](std::exception_ptr error, std::string_view) {
    told = std::move(error);
    return UncaughtExceptionResponse::shutdown_client;
  });
  ASSERT_TRUE(cluster.runUntil([&] { return app.finished(); }));
  EXPECT_THAT(exceptionText(told).message, HasSubstr("'writer' asks for store 'names'"));
  EXPECT_THAT(exceptionText(told).message, HasSubstr("only its own processor may write"));
}

TEST(PositionsFile, IsReadAsItWasWritten) {
  const TempDir directory;
  const Positions positions{{{"a", 0}, 12}, {{"a", 1}, 0}, {{"b.c", 7}, 1'000'000'000'000}};
  writePositions(directory.path() / "positions", positions);
  EXPECT_EQ(readPositions(directory.path() / "positions"), positions);
}

TEST(PositionsFile, WhatCannotBeReadIsNone) {
  const TempDir directory;
  EXPECT_THAT(readPositions(directory.path() / "missing"), IsEmpty());
  for (const Text text : {"", "1\n0\n", "0\n2\na 0 1\n", "0\n1\na 0 -3\n", "junk"}) {
    std::ofstream{directory.path() / "file"} << text;
    EXPECT_THAT(readPositions(directory.path() / "file"), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace widgetstream
