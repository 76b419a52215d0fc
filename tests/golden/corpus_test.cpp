// The corpus: what Java Kafka Streams 4.3.0 made of a topology and its input, byte by byte (data/README.md).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/golden/corpus.hpp"
#include "tests/golden/topologies.hpp"

namespace widgetstream::golden {
namespace {

using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAreArray;
using ByTopic = std::map<std::string, std::vector<CorpusRecord>>;

/// A whole run of a case.
struct CaseRun {
  std::vector<CorpusRecord> outputs;
  std::vector<CorpusStore> stores;
  std::vector<CorpusStore> stores_after_crash;
  std::uint64_t dropped_records = 0;
};

std::uint64_t nextSequence(TopologyTestDriver& driver) {
  const auto all = driver.broker().allRecords();
  return all.empty() ? 0 : all.back().sequence + 1;
}

CaseRun runCase(const CorpusCase& the, bool stores_in_memory) {
  TopologyTestDriver driver{topologies().at(the.name)(), driverOptions(the, stores_in_memory)};
  CaseRun run;
  run.outputs = sentBy(driver, 0, -1);
  for (std::size_t step = 0; step < the.steps.size(); ++step) {
    const std::uint64_t before = nextSequence(driver);
    doStep(driver, the.steps[step]);
    for (CorpusRecord& sent : sentBy(driver, before, static_cast<std::int64_t>(step))) {
      run.outputs.push_back(std::move(sent));
    }
  }
  run.stores = storesOf(driver);
  run.dropped_records = driver.droppedRecords();
  driver.crashAndRestart();
  run.stores_after_crash = storesOf(driver);
  return run;
}

ByTopic byTopic(const std::vector<CorpusRecord>& records) {
  ByTopic topics;
  for (const CorpusRecord& record : records) topics[record.topic].push_back(record);
  return topics;
}

/// Records on topics of the user's, in order across topics; the application's own begin with its id.
std::vector<CorpusRecord> toSinks(const std::vector<CorpusRecord>& records) {
  std::vector<CorpusRecord> sinks;
  for (const CorpusRecord& record : records) {
    if (!record.topic.starts_with("corpus-")) sinks.push_back(record);
  }
  return sinks;
}

/// True for what is logged once a commit in the order of a hash set of Java's: the changelogs of suppressions.
bool hasNoOrder(const std::vector<CorpusRecord>& of_topic) {
  return std::any_of(of_topic.begin(), of_topic.end(), [](const CorpusRecord& record) { return !record.timestamp; });
}

/// Without the rows that a window or session store may lack after a crash: the record cache shows rows as long as it
/// has them, a restored store only those younger than its retention.
std::vector<CorpusStore> unexpired(const CorpusCase& the, std::vector<CorpusStore> stores) {
  const Topology topology = topologies().at(the.name)();
  for (CorpusStore& store : stores) {
    Timestamp newest = Timestamp::min();
    const auto time = [](const RawStoreEntry& row) { return row.window ? row.window->end : Timestamp::max(); };
    for (const RawStoreEntry& row : store.entries) newest = std::max(newest, time(row));
    if (topology.graph().global_stores.contains(store.name)) continue;
    const Milliseconds retention = topology.graph().stores.at(store.name).changelog.retention;
    std::erase_if(store.entries,
                  [&](const RawStoreEntry& row) { return row.window && time(row) <= newest - retention; });
  }
  return stores;
}

/// The stores that have a changelog, or a topic that is one, so that they survive a crash.
std::vector<CorpusStore> logged(const CorpusCase& the, const std::vector<CorpusStore>& stores) {
  const Topology topology = topologies().at(the.name)();
  std::vector<CorpusStore> kept;
  for (const CorpusStore& store : stores) {
    const TopologyGraph& graph = topology.graph();
    if (graph.global_stores.contains(store.name) || graph.stores.at(store.name).logging) kept.push_back(store);
  }
  return kept;
}

std::string nameOfCase(const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

std::vector<std::string> namesWithMode(const std::string& mode) {
  std::vector<std::string> names;
  for (const std::string& name : corpusNames()) {
    if (readCorpusCase(name).mode == mode) names.push_back(name);
  }
  return names;
}

TEST(Corpus, EachFileHasItsTopologyAndEachTopologyItsFile) {
  std::vector<std::string> built;
  for (const auto& [name, build] : topologies()) built.push_back(name);
  EXPECT_THAT(built, UnorderedElementsAreArray(corpusNames()));
}

class CorpusRun : public ::testing::TestWithParam<std::string> {
 protected:
  void expectJavasResults(bool stores_in_memory) const {
    const CaseRun run = runCase(expected, stores_in_memory);
    const ByTopic sent = byTopic(run.outputs);
    const ByTopic wanted = byTopic(expected.outputs);
    for (const auto& [topic, records] : wanted) {
      const auto found = sent.find(topic);
      ASSERT_NE(found, sent.end()) << "nothing was sent to " << topic;
      if (hasNoOrder(records)) {
        EXPECT_THAT(found->second, UnorderedElementsAreArray(records)) << topic;
      } else {
        EXPECT_THAT(found->second, ElementsAreArray(records)) << topic;
      }
    }
    for (const auto& [topic, records] : sent) EXPECT_TRUE(wanted.contains(topic)) << "unexpected topic " << topic;
    EXPECT_THAT(toSinks(run.outputs), ElementsAreArray(toSinks(expected.outputs)));
    EXPECT_THAT(run.stores, ElementsAreArray(expected.stores));
    EXPECT_EQ(run.dropped_records, expected.dropped_records);
    EXPECT_THAT(unexpired(expected, logged(expected, run.stores_after_crash)),
                ElementsAreArray(unexpired(expected, logged(expected, expected.stores))));
  }

  const CorpusCase expected = readCorpusCase(GetParam());
};

TEST_P(CorpusRun, DescribesItselfAsInJava) {
  EXPECT_EQ(topologies().at(GetParam())().describe(), expected.describe);
}

TEST_P(CorpusRun, SendsAndStoresWhatJavaDoes) {
  expectJavasResults(true);
}

TEST_P(CorpusRun, SendsAndStoresTheSameOnRocksDb) {
  expectJavasResults(false);
}

INSTANTIATE_TEST_SUITE_P(Golden, CorpusRun, ::testing::ValuesIn(namesWithMode("run")), nameOfCase);

class CorpusDescription : public ::testing::TestWithParam<std::string> {};

TEST_P(CorpusDescription, IsJavas) {
  EXPECT_EQ(topologies().at(GetParam())().describe(), readCorpusCase(GetParam()).describe);
}

INSTANTIATE_TEST_SUITE_P(Golden, CorpusDescription, ::testing::ValuesIn(namesWithMode("describe")), nameOfCase);

class CorpusError : public ::testing::TestWithParam<std::string> {};

TEST_P(CorpusError, FailsWhereJavaFails) {
  const CorpusCase expected = readCorpusCase(GetParam());
  if (!expected.failing_step) {
    EXPECT_THROW((void)topologies().at(GetParam())(), Error);
    return;
  }
  TopologyTestDriver driver{topologies().at(GetParam())(), driverOptions(expected, true)};
  for (std::size_t step = 0; step < *expected.failing_step; ++step) doStep(driver, expected.steps[step]);
  EXPECT_THROW(doStep(driver, expected.steps[*expected.failing_step]), Error);
}

INSTANTIATE_TEST_SUITE_P(Golden, CorpusError, ::testing::ValuesIn(namesWithMode("error")), nameOfCase);

}  // namespace
}  // namespace widgetstream::golden
