// globalTable() and addGlobalStore(): tables that every instance keeps whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"
#include "widgetstream/state/store_builders.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

/// Forwards what the global table "names" has for the value, with the time of the row.
class LookingUp : public FixedKeyProcessor<Text, Text> {
 public:
  using FixedKeyProcessor::init;
  using FixedKeyProcessor::process;
  using Names = ReadOnlyTimestampedKeyValueStore<Text, Text>;

  void init(Context& context) override { names_ = &context.getStateStore<Names>("names"); }
  void process(const FixedKeyRecord<Text, Text>& record) override {
    const auto row = names_->get(*record.value());
    const Text told = row ? row->value + "@" + std::to_string(toMillis(row->timestamp)) : "nobody";
    context().forward(record.withValue(told));
  }

 private:
  Names* names_ = nullptr;
};

Topology lookingUp(const Materialized& materialized = Materialized::as("names")) {
  return drawn([&](StreamsBuilder& builder) {
    static_cast<void>(builder.globalTable<Text, Text>("people", materialized));
    builder.stream<Text, Text>("in").processValues([] { return std::make_unique<LookingUp>(); }).to("out");
  });
}

TEST(GlobalTable, HoldsTheNewestValueOfEachKeyForWhoeverReadsIt) {
  Pipeline run{lookingUp()};
  auto people = run.driver.input<Text, Text>("people");
  people.pipe(record("ann", "Ann", 5));
  people.pipe(record("ann", "Anna", 3));
  run.in.pipe("k", "ann");
  people.pipe("ann", null);
  run.in.pipe("k", "ann");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "Anna@3"), Pair("k", "nobody")));
}

TEST(GlobalTable, DropsNullKeysAndCountsThem) {
  Pipeline run{lookingUp()};
  run.driver.input<Text, Text>("people").pipe(null, "Ann");
  EXPECT_EQ(run.driver.droppedRecords(), 1);
}

TEST(GlobalTable, IsRestoredFromItsTopicAndHasNoChangelog) {
  Pipeline run{lookingUp()};
  run.driver.input<Text, Text>("people").pipe(record("ann", "Ann", 5));
  EXPECT_THAT(run.driver.producedTopicNames(), IsEmpty());
  run.driver.crashAndRestart();
  run.in.pipe("k", "ann");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("k", "Ann@5")));
}

TEST(GlobalTable, IsQueryableUnlessItsMaterializedHasNoName) {
  StreamsBuilder builder;
  EXPECT_EQ((builder.globalTable<Text, Text>("a").queryableStoreName()), "a-STATE-STORE-0000000000");
  EXPECT_EQ((builder.globalTable<Text, Text>("b", Materialized::as("rows")).queryableStoreName()), "rows");
  EXPECT_EQ((builder.globalTable<Text, Text>("c", Materialized::with(StringSerde{}, StringSerde{})).queryableStoreName()),
            null);
}

TEST(GlobalTable, TakesItsNodesNamesFromConsumed) {
  const Topology topology = drawn([](StreamsBuilder& builder) {
    static_cast<void>(builder.globalTable<Text, Text>("people", Consumed::as("everybody")));
  });
  EXPECT_THAT(nodeNames(topology), ElementsAre("everybody-source", "everybody"));
}

TEST(GlobalTable, IsPartOfNoTask) {
  const Topology topology = lookingUp();
  EXPECT_THAT(topology.graph().subTopologies(), SizeIs(1));
  EXPECT_EQ(topology.graph().subTopologies().front().id, 1);
  EXPECT_THAT(topology.describe(), HasSubstr("Sub-topology: 0 for global store (will not generate tasks)"));
}

TEST(GlobalTable, ATopicThatSomebodyElseReadsIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                static_cast<void>(builder.globalTable<Text, Text>("in"));
                builder.stream<Text, Text>("in").to("out");
              }),
              AllOf(HasSubstr("topic 'in'"), HasSubstr("already")));
}

TEST(GlobalTable, AStoreOfTheSameNameIsRefused) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                static_cast<void>(builder.globalTable<Text, Text>("people", Materialized::as("rows")));
                builder.table<Text, Text>("in", Materialized::as("rows")).toStream().to("out");
              }),
              AllOf(HasSubstr("store 'rows'"), HasSubstr("name of its own")));
}

TEST(GlobalTable, ConnectingItToAProcessorIsRefusedForItNeedsNone) {
  EXPECT_THAT(refusal([](StreamsBuilder& builder) {
                static_cast<void>(builder.globalTable<Text, Text>("people", Materialized::as("names")));
                builder.stream<Text, Text>("in")
                    .processValues([] { return std::make_unique<LookingUp>(); }, Named::as("look-up"), {"names"})
                    .to("out");
              }),
              AllOf(HasSubstr("'look-up'"), HasSubstr("global store 'names'"), HasSubstr("leave it out")));
}

/// Counts the values of each key in the global store "counts".
class CountingGlobally : public Processor<Text, Text> {
 public:
  using Processor::process;
  void process(const Record<Text, Text>& record) override {
    auto& counts = context().getStateStore<KeyValueStore<Text, Long>>("counts");
    counts.put(*record.key, counts.get(*record.key).value_or(0) + 1);
  }
};

Topology countingGlobally(KeyValueStoreSupplier store) {
  return drawn([&](StreamsBuilder& builder) {
    builder.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Long>(store), "events",
                                       [] { return std::make_unique<CountingGlobally>(); });
    builder.stream<Text, Text>("in").to("out");
  });
}

TEST(GlobalStore, IsWrittenByItsProcessor) {
  Pipeline run{countingGlobally(inMemoryKeyValueStore("counts"))};
  auto events = run.driver.input<Text, Text>("events");
  events.pipe("a", "x");
  events.pipe("b", "x");
  events.pipe("a", "x");
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Long>("counts")->get("a")), 2);
}

TEST(GlobalStore, ARestoreRunsTheProcessorOnEachRecordAgain) {
  TopologyTestDriverOptions options;
  options.stores_in_memory = false;
  Pipeline run{countingGlobally(persistentKeyValueStore("counts")), options};
  for (int i = 0; i < 3; ++i) run.driver.input<Text, Text>("events").pipe("a", "x");
  run.driver.crashAndRestart();
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Long>("counts")->get("a")), 3);
}

TEST(GlobalStore, APunctuationInItsProcessorIsRefused) {
  struct Scheduling : Processor<Text, Text> {
    using Processor::init;
    using Processor::process;
    void init(Context& context) override {
      context.schedule(Milliseconds{10}, PunctuationType::wall_clock_time, [](Timestamp) {});
    }
    void process(const Record<Text, Text>&) override {}
  };
  const Topology topology = drawn([](StreamsBuilder& builder) {
    builder.addGlobalStore<Text, Text>(keyValueStoreBuilder<Text, Text>(inMemoryKeyValueStore("store")), "events",
                                       Consumed::as("keeper"), [] { return std::make_unique<Scheduling>(); });
  });
  try {
    const TopologyTestDriver driver{topology};
    FAIL() << "it started";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'keeper'"), HasSubstr("from its topic alone")));
  }
}

}  // namespace
}  // namespace widgetstream::dsl_test
