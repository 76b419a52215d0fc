// topology.optimization: rewrites of the graph before it is written. Java's texts of optimised topologies are compared
// in tests/golden.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dsl/dsl_test.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Text value(const Text& v) {
  return v;
}
bool all(const Text&) {
  return true;
}

Topology optimized(const std::function<void(StreamsBuilder&)>& draw,
                   TopologyOptimization optimization = TopologyOptimization::all()) {
  StreamsBuilder builder;
  draw(builder);
  return builder.build(optimization);
}

KStream<Text, Text> stream(StreamsBuilder& builder, const Text& topic = "in") {
  return builder.stream<Text, Text>(topic);
}

std::vector<Text> parentsOf(const Topology& topology, const Text& node) {
  return topology.graph().find(node)->parents;
}

TEST(MergeRepartitionTopics, OneTopicNamedAfterTheFirstServesAllGroupingsOfANewKey) {
  const auto draw = [](StreamsBuilder& builder) {
    const auto keyed = stream(builder).selectKey(value);
    keyed.groupByKey(Grouped::as("first")).count().toStream().to("counts");
    keyed.groupByKey(Grouped::as("second")).count().toStream().to("again");
  };
  EXPECT_THAT(internalTopics(drawn(draw)), ElementsAre("first-repartition", "second-repartition"));
  EXPECT_THAT(internalTopics(optimized(draw)), ElementsAre("first-repartition"));
}

TEST(MergeRepartitionTopics, ChangesNoResult) {
  Pipeline run{optimized([](StreamsBuilder& builder) {
    const auto keyed = stream(builder).selectKey(value);
    keyed.filter([](const Text& v) { return v != "b"; }).groupByKey().count().toStream().to("out");
    keyed.groupByKey().reduce([](const Text& a, const Text& b) { return a + b; }).toStream().to("other");
  })};
  for (const Text word : {"a", "b", "a"}) run.in.pipe("key", word);
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 2)));
  EXPECT_THAT(run.sent("other"), ElementsAre(Pair("a", "a"), Pair("b", "b"), Pair("a", "aa")));
}

TEST(MergeRepartitionTopics, WhatIsBetweenTheKeyAndTheGroupingMovesBehindTheTopic) {
  const Topology topology = optimized([](StreamsBuilder& builder) {
    stream(builder)
        .selectKey(value)
        .filter(all, Named::as("kept"))
        .groupByKey(Grouped::as("grouped"))
        .count(Named::as("counted"))
        .toStream()
        .to("out");
  });
  EXPECT_THAT(parentsOf(topology, "kept"), ElementsAre("grouped-repartition-source"));
  EXPECT_THAT(parentsOf(topology, "counted"), ElementsAre("kept"));
}

TEST(MergeRepartitionTopics, GroupingsThatShareNodesBehindTheKeyShareTheTopic) {
  const auto draw = [](StreamsBuilder& builder) {
    const auto kept = stream(builder).selectKey(value).filter(all, Named::as("kept"));
    kept.groupByKey(Grouped::as("first")).count().toStream().to("out");
    kept.groupByKey(Grouped::as("second")).count().toStream().to("again");
  };
  EXPECT_THAT(internalTopics(optimized(draw)), ElementsAre("first-repartition"));
  Pipeline run{optimized(draw)};
  run.in.pipe("key", "a");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1)));
  EXPECT_THAT(run.sent<Long>("again"), ElementsAre(Pair("a", 1)));
}

TEST(MergeRepartitionTopics, AValueThatMayChangeKeepsItsTopicBelow) {
  const Topology topology = optimized([](StreamsBuilder& builder) {
    const auto keyed = stream(builder).selectKey(value);
    keyed.mapValues(value, Named::as("mapped")).groupByKey(Grouped::as("below")).count().toStream().to("out");
    keyed.groupByKey(Grouped::as("above")).count().toStream().to("again");
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("above-repartition", "below-repartition"));
  EXPECT_THAT(parentsOf(topology, "below-repartition-filter"), ElementsAre("mapped"));
}

TEST(MergeRepartitionTopics, ARepartitionOfTheUsersOwnStays) {
  const Topology topology = optimized([](StreamsBuilder& builder) {
    const auto keyed = stream(builder).selectKey(value, Named::as("keyed"));
    keyed.repartition(Repartitioned::as("mine")).to("out");
    keyed.groupByKey(Grouped::as("grouped")).count().toStream().to("again");
  });
  EXPECT_THAT(internalTopics(topology), ElementsAre("grouped-repartition", "mine-repartition"));
  EXPECT_THAT(parentsOf(topology, "mine-repartition-filter"), ElementsAre("keyed"));
}

TEST(MergeRepartitionTopics, MergedStreamsWithNewKeysAreRepartitionedBehindTheMerge) {
  const auto draw = [](StreamsBuilder& builder) {
    const auto left = stream(builder, "in").selectKey(value);
    const auto right = stream(builder, "in2").selectKey(value);
    const auto third = stream(builder, "in3").selectKey(value);
    const auto merged = left.merge(right).merge(third, Named::as("merged"));
    merged.groupByKey(Grouped::as("first")).count().toStream().to("out");
    merged.groupByKey(Grouped::as("second")).count().toStream().to("again");
  };
  const Topology topology = optimized(draw);
  EXPECT_THAT(internalTopics(topology), ElementsAre("first-repartition"));
  EXPECT_THAT(parentsOf(topology, "first-repartition-filter"), ElementsAre("merged"));
  Pipeline run{topology};
  run.driver.input<Text, Text>("in3").pipe("key", "a");
  run.in.pipe("key", "a");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("a", 1), Pair("a", 2)));
}

TEST(MergeRepartitionTopics, NoStreamGoesAroundTheTopic) {
  // Were the topic of the merge moved above it, the records of "in2" would be counted where their key does not belong.
  const auto draw = [](StreamsBuilder& builder) {
    const auto left = stream(builder, "in").selectKey(value);
    left.groupByKey(Grouped::as("left")).count().toStream().to("again");
    left.merge(stream(builder, "in2").selectKey(value), Named::as("merged"))
        .groupByKey(Grouped::as("both"))
        .count()
        .toStream()
        .to("out");
  };
  const Topology topology = optimized(draw);
  EXPECT_THAT(internalTopics(topology), ElementsAre("both-repartition", "left-repartition"));
  EXPECT_THAT(parentsOf(topology, "both-repartition-filter"), ElementsAre("merged"));
}

TEST(MergeRepartitionTopics, TakesTheSerdesThatTheUserGaveAnyOfThem) {
  struct Loud {
    void encode(const Text& text, Bytes& out) const { out += "!" + text; }
    Text decode(BytesView bytes) const { return Text{bytes.substr(1)}; }
  };
  Pipeline run{optimized([](StreamsBuilder& builder) {
    const auto keyed = stream(builder).selectKey(value);
    keyed.groupByKey(Grouped::as("first")).count().toStream().to("out");
    keyed.groupByKey(Grouped::with(StringSerde{}, Loud{})).count().toStream().to("again");
  })};
  run.in.pipe("key", "a");
  EXPECT_THAT(run.sent("test-first-repartition"), ElementsAre(Pair("a", "!a")));
}

TEST(MergeRepartitionTopics, AProcessorThatChangesTypesOnTheWayKeepsItsTopic) {
  struct Length : Processor<Text, Text, Text, Long> {
    using Processor::process;
    void process(const Record<Text, Text>& record) override {
      const auto length = static_cast<Long>(record.value->size());
      context().forward(record.withValue(length));
    }
  };
  Pipeline run{optimized([](StreamsBuilder& builder) {
    const auto keyed = stream(builder).selectKey(value);
    keyed.groupByKey(Grouped::as("texts")).count().toStream().to("again");
    keyed.process([] { return std::make_unique<Length>(); })
        .groupByKey(Grouped::as("lengths"))
        .reduce(std::plus<>{})
        .toStream()
        .to("out");
  })};
  run.in.pipe("key", "four");
  EXPECT_THAT(run.sent<Long>(), ElementsAre(Pair("four", 4)));
}

TEST(ReuseTableSourceTopics, TheTopicOfATableIsTheChangelogOfItsStore) {
  const auto draw = [](StreamsBuilder& builder) {
    builder.table<Text, Text>("in", Materialized::as("rows")).toStream().to("out");
  };
  EXPECT_TRUE(drawn(draw).graph().stores.at("rows").logging);
  const Topology topology = optimized(draw);
  EXPECT_FALSE(topology.graph().stores.at("rows").logging);
  EXPECT_EQ(topology.graph().store_source_topics.at("rows"), "in");

  Pipeline run{topology};
  run.in.pipe("a", "1");
  run.in.pipe("b", "2");
  run.in.pipe("a", "3");
  EXPECT_THAT(run.driver.producedTopicNames(), ElementsAre("out"));
  run.driver.crashAndRestart();
  EXPECT_EQ((run.driver.getKeyValueStore<Text, Text>("rows")->get("a")), "3");
}

TEST(ReuseTableSourceTopics, LeavesTablesOfStreamsAlone) {
  const Topology topology = optimized([](StreamsBuilder& builder) {
    stream(builder).toTable(Materialized::as("rows")).toStream().to("out");
  });
  EXPECT_TRUE(topology.graph().stores.at("rows").logging);
}

TEST(Optimization, ABuilderBuildsAsOftenAsItIsAskedEachTimeAsItIsTold) {
  StreamsBuilder builder;
  builder.table<Text, Text>("in", Materialized::as("rows")).toStream().to("out");
  EXPECT_THAT(builder.build(TopologyOptimization::all()).graph().store_source_topics, SizeIs(1));
  EXPECT_THAT(builder.build(TopologyOptimization::none()).graph().store_source_topics, IsEmpty());
  EXPECT_THAT(builder.build().graph().store_source_topics, IsEmpty());
}

TEST(Optimization, IsThatOfTheConfigUnlessBuildIsToldAnother) {
  TopologyConfig config;
  config.optimization = TopologyOptimization::all();
  StreamsBuilder builder{config};
  builder.table<Text, Text>("in", Materialized::as("rows")).toStream().to("out");
  EXPECT_THAT(builder.build().graph().store_source_topics, SizeIs(1));
}

TEST(NullKeys, AreKeptOutOfRepartitionTopicsUncounted) {
  Pipeline run{texts([](const Texts& in) { in.repartition(Repartitioned::as("again")).to("out"); })};
  run.in.pipe(null, "1");
  run.in.pipe("a", "2");
  EXPECT_THAT(run.sent(), ElementsAre(Pair("a", "2")));
  EXPECT_EQ(run.driver.droppedRecords(), 0);
}

}  // namespace
}  // namespace widgetstream::dsl_test
