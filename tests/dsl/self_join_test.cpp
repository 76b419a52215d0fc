// A stream joined with itself, on two stores and on one (single.store.self.join).

#include "tests/dsl/joins.hpp"
#include "widgetstream/dsl/operators/self_join.hpp"

namespace widgetstream::dsl_test {
namespace {

using namespace ::testing;

Topology selfJoined(const JoinWindows& windows) {
  return texts([&](const Texts& in) { in.join(in, pairOf, windows).to("out"); });
}

/// The same on one store, written by hand.
Topology onOneStore(const JoinWindows& windows) {
  using Window = detail::JoinWindowProcessor<Text, Text>;
  using Join = detail::SelfJoinProcessor<Text, Text, detail::JoinKind::inner, decltype(&pairOf)>;
  Topology topology;
  topology.addSource<Text, Text>("source", {"in"});
  topology.add(detail::processorNode<Text, Text, Text, Text>(
      "windowed", []() -> std::unique_ptr<AnyProcessor> { return std::make_unique<Window>("store"); }, {"source"}));
  topology.add(detail::processorNode<Text, Text, Text, Text>(
      "join",
      [windows]() -> std::unique_ptr<AnyProcessor> { return std::make_unique<Join>(&pairOf, windows, "store"); },
      {"windowed"}));
  topology.addStateStore(joinWindowStoreBuilder<Text, Text>(
                             persistentWindowStore("store", windows.retention(), windows.size(), true)),
                         {"windowed", "join"});
  topology.addSink<Text, Text>("sink", "out", {"join"});
  return topology;
}

std::vector<Text> sentBy(const Topology& topology, const std::vector<TestRecord<Text, Text>>& input) {
  Pipeline run{topology};
  std::vector<Text> all;
  for (const auto& each : input) {
    run.in.pipe(each);
    for (const auto& sent : run.records()) {
      all.push_back(sent.key.value_or("-") + ":" + sent.value.value_or("-") + "@" +
                    std::to_string(toMillis(sent.timestamp)));
    }
  }
  return all;
}

TEST(SelfJoin, PairsEachRecordWithItselfAndItsNeighboursBothWays) {
  EXPECT_THAT(sentBy(selfJoined(tenMillis()), {record("a", "1", 100), record("a", "2", 105), record("b", "3", 105)}),
              ElementsAre("a:11@100", "a:21@105", "a:12@105", "a:22@105", "b:33@105"));
}

TEST(SelfJoin, MakesTheSamePairsOnOneStore) {
  const std::vector<TestRecord<Text, Text>> input{
      record("a", "1", 100), record("a", "2", 110), record("a", "3", 105), record("b", "4", 105),
      record("a", "5", 110), record("a", "6", 130), record("a", "7", 121), record("b", "8", 112)};
  EXPECT_EQ(sentBy(onOneStore(tenMillis(50)), input), sentBy(selfJoined(tenMillis(50)), input));
}

TEST(SelfJoin, DropsRecordsWithoutKeyOrValueOnOneStoreToo) {
  Pipeline run{onOneStore(tenMillis())};
  run.in.pipe(null, "1");
  run.in.pipe("a", null);
  EXPECT_THAT(run.sent(), IsEmpty());
  EXPECT_EQ(run.driver.droppedRecords(), 2U);
}

TEST(SelfJoin, DoesNotPairARecordWithItselfWhenItComesTooLate) {
  EXPECT_THAT(sentBy(onOneStore(tenMillis()), {record("z", "t", 200), record("a", "1", 181), record("b", "2", 182)}),
              ElementsAre("z:tt@200", "b:22@182"));
}

}  // namespace
}  // namespace widgetstream::dsl_test
