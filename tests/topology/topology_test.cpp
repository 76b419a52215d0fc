// Topology: what the graph refuses, and which node is named when it does.
#include <gmock/gmock.h>

#include "widgetstream/core/error.hpp"
#include "widgetstream/topology/topology.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Text = std::string;

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_topology);
    return error.what();
  }
  return "nothing was refused";
}

class Copy : public Processor<Text, Text> {
  void process(const Record<Text, Text>& record) override { context().forward(record); }
};
std::unique_ptr<Processor<Text, Text>> copy() { return std::make_unique<Copy>(); }

Topology copied() {
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"}).addProcessor<Text, Text, Text, Text>("copy", copy, {"source"});
  return topology;
}

TEST(Topology, NamesTheNodeThatIsThereTwice) {
  Topology topology = copied();
  EXPECT_THAT(refusal([&] { topology.addSource<Text, Text>("copy", {"other"}); }), HasSubstr("'copy'"));
}

TEST(Topology, NamesTheParentThatIsMissing) {
  Topology topology = copied();
  EXPECT_THAT(refusal([&] { topology.addSink<Text, Text>("out", "o", {"cpoy"}); }),
              AllOf(HasSubstr("'out'"), HasSubstr("'cpoy'")));
}

TEST(Topology, RefusesTypesThatDoNotFit) {
  Topology topology = copied();
  EXPECT_THAT((refusal([&] { topology.addSink<Text, std::int64_t>("out", "o", {"copy"}); })),
              AllOf(HasSubstr("'out'"), HasSubstr("'copy'"), HasSubstr("types")));
}

TEST(Topology, RefusesATopicReadTwice) {
  Topology topology = copied();
  EXPECT_THAT((refusal([&] { topology.addSource<Text, Text>("again", {"other", "in"}); })),
              AllOf(HasSubstr("'in'"), HasSubstr("'source'"), HasSubstr("'again'")));
}

TEST(Topology, RefusesChildrenOfASink) {
  Topology topology = copied();
  topology.addSink<Text, Text>("out", "o", {"copy"});
  EXPECT_THAT((refusal([&] { topology.addProcessor<Text, Text, Text, Text>("late", copy, {"out"}); })),
              HasSubstr("sink has no children"));
}

TEST(Topology, RefusesAStoreThatIsNotThere) {
  Topology topology = copied();
  EXPECT_THAT(refusal([&] { topology.connectProcessorAndStateStores("copy", {"stor"}); }),
              AllOf(HasSubstr("'copy'"), HasSubstr("'stor'")));
}

TEST(Topology, RefusesNamesThatTopicsMayNotHave) {
  for (const char* name : {"", ".", "..", "a b", "a/b", "ü"}) {
    EXPECT_THAT(refusal([&] { checkName(name, "store"); }), HasSubstr("store '" + std::string{name} + "'"));
  }
  EXPECT_THAT(refusal([&] { checkName(std::string(250, 'a'), "store"); }), HasSubstr("249"));
  EXPECT_NO_THROW(checkName(std::string(249, 'a'), "store"));
}

TEST(Topology, RefusesIdsFromTheOriginBehindARepartitionTopic) {
  Topology topology;
  topology.addInternalTopic({"by-customer-repartition", std::nullopt});
  topology.addSource<Text, Text>("source", {"by-customer-repartition"});
  GraphNode sink;
  sink.name = "mongo";
  sink.kind = GraphNode::Kind::external;
  sink.parents = {"source"};
  sink.takes = {typeid(Text), typeid(Text)};
  sink.id_from_origin = true;
  topology.add(std::move(sink));
  EXPECT_THAT(refusal([&] { topology.graph().validate(); }), AllOf(HasSubstr("'mongo'"), HasSubstr("repartition")));
}

TEST(Topology, JoinsProcessorsThatShareAStoreIntoOneSubTopology) {
  Topology topology;
  StoreBuilder shared;
  shared.name = "shared";
  topology.addSource<Text, Text>("s1", {"a"})
      .addSource<Text, Text>("s2", {"b"})
      .addSource<Text, Text>("s3", {"c"})
      .addProcessor<Text, Text, Text, Text>("p1", copy, {"s1"})
      .addProcessor<Text, Text, Text, Text>("p3", copy, {"s3"})
      .addStateStore(shared, {"p1", "p3"});
  const std::vector<SubTopology> parts = topology.graph().subTopologies();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_THAT(parts[0].source_topics, ElementsAre("a", "c"));
  EXPECT_THAT(parts[1].source_topics, ElementsAre("b"));
}

class Same final : public FixedKeyProcessor<Text, Text> {
 public:
  using FixedKeyProcessor::process;
  void process(const FixedKeyRecord<Text, Text>& record) override { context().forward(record); }
};

StoreBuilder named(std::string store) {
  StoreBuilder builder;
  builder.name = std::move(store);
  return builder;
}

/// Brings a store along.
struct SameWithStore {
  std::unique_ptr<Same> operator()() const { return std::make_unique<Same>(); }
  std::vector<StoreBuilder> stores() const { return {named("kept")}; }
};

TEST(Topology, TakesProcessorsThatKeepTheKey) {
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"});
  topology.addProcessor<Text, Text, Text>("same", [] { return std::make_unique<Same>(); }, {"source"});
  EXPECT_TRUE(topology.graph().find("same")->keeps_key);
  EXPECT_FALSE(copied().graph().find("copy")->keeps_key);
}

TEST(Topology, ASuppliersStoresAreAddedOnceAndConnected) {
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"});
  topology.addProcessor<Text, Text, Text>("one", SameWithStore{}, {"source"});
  topology.addProcessor<Text, Text, Text>("two", SameWithStore{}, {"source"});
  EXPECT_TRUE(topology.graph().find("one")->isConnectedTo("kept"));
  EXPECT_TRUE(topology.graph().find("two")->isConnectedTo("kept"));
}

TEST(Topology, ASinkMayNameItsTopicByRecord) {
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"});
  topology.addSink<Text, Text>(
      "sink", [](const Record<Text, Text>& record, const RecordContext&) { return "of-" + *record.key; }, {"source"});
  const Text key = "fred";
  const Record<Text, Text> record{Nullable<Text>{key}, {}, fromMillis(0)};
  EXPECT_EQ(topology.graph().find("sink")->topic_extractor(record.any(), RecordContext{}), "of-fred");
  EXPECT_THAT(topology.describe(), HasSubstr("extractor class: *"));
}

TEST(Topology, AReadOnlyStoreIsRestoredFromItsTopic) {
  Topology topology;
  topology.addReadOnlyStateStore<Text, Text>(named("rows"), "source", "in", "writer", copy);
  EXPECT_EQ(topology.graph().store_source_topics.at("rows"), "in");
  EXPECT_FALSE(topology.graph().stores.at("rows").logging);
  EXPECT_EQ(topology.graph().find("source")->offset_reset, AutoOffsetReset::earliest);
  EXPECT_TRUE(topology.graph().find("writer")->isConnectedTo("rows"));
}

TEST(Topology, AGlobalStoreHasTwoNodesAndNoTask) {
  Topology topology = copied();
  topology.addGlobalStore<Text, Text>(named("everywhere"), "global-source", "everything", "keeper", copy);
  const GlobalStore& store = topology.graph().global_stores.at("everywhere");
  EXPECT_EQ(store.source, "global-source");
  EXPECT_EQ(store.processor, "keeper");
  EXPECT_TRUE(store.reprocess_on_restore);
  EXPECT_FALSE(store.builder.logging);
  EXPECT_EQ(topology.graph().subTopologies().size(), 1);
  EXPECT_EQ(topology.graph().allSubTopologies().size(), 2);
}

TEST(Topology, NothingFollowsTheProcessorOfAGlobalStore) {
  Topology topology;
  topology.addGlobalStore<Text, Text>(named("everywhere"), "source", "everything", "keeper", copy);
  EXPECT_THAT(refusal([&] { topology.addProcessor<Text, Text, Text, Text>("more", copy, {"keeper"}); }),
              AllOf(HasSubstr("'more' cannot follow 'keeper'"), HasSubstr("global store")));
  EXPECT_THAT(refusal([&] { topology.connectProcessorAndStateStores("keeper", {"everywhere"}); }),
              HasSubstr("without being connected"));
  EXPECT_THAT(refusal([&] { topology.addStateStore(named("everywhere")); }), HasSubstr("'everywhere'"));
}

TEST(Topology, ASourceMayReadByPattern) {
  Topology topology;
  topology.addSource<Text, Text>("all", TopicPattern{"orders-.*"});
  EXPECT_TRUE(topology.graph().find("all")->reads("orders-eu"));
  EXPECT_FALSE(topology.graph().find("all")->reads("orders"));
  EXPECT_TRUE(topology.graph().usesPatterns());
  EXPECT_THAT(topology.describe(), HasSubstr("Source: all (topics: orders-.*)"));
}

}  // namespace
}  // namespace widgetstream
