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

}  // namespace
}  // namespace widgetstream
