// A task: which record it takes next, what it tells processors, what it commits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/task_bench.hpp"
#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

CommittedOffset committedAt(std::int64_t offset, std::string metadata) {
  return {offset, std::move(metadata)};
}

TEST(Task, CarriesRecordsFromItsSourceToItsSinkWithTimeAndHeaders) {
  TaskBench bench{passing()};
  bench.start();
  bench.give({0, "k", "v", 7, {{"trace", "1"}, {"trace", std::nullopt}}});
  bench.give({1, std::nullopt, std::nullopt, 8, {}});
  EXPECT_EQ(bench.processAll(), 2U);
  bench.commit();
  EXPECT_THAT(bench.written("out"), ElementsAre("k=v@7", "null=null@8"));
  EXPECT_THAT(bench.broker.records("out")[0].headers, ElementsAre(Header{"trace", "1"}, Header{"trace", std::nullopt}));
}

TEST(Task, TakesTheSmallestTimestampOfItsInputs) {
  TaskBench bench{twoInputs()};
  bench.start();
  bench.give({0, "l", "1", 10, {}}, 0);
  bench.give({1, "l", "2", 30, {}}, 0);
  bench.give({0, "r", "1", 20, {}}, 1);
  bench.give({1, "r", "2", 5, {}}, 1);
  bench.processAll();
  bench.commit();
  EXPECT_THAT(bench.written("out"), ElementsAre("l=1@10", "r=1@20", "r=2@5", "l=2@30"));
}

TEST(Task, StreamTimeIsTheLargestTimestampTakenAndNeverGoesBack) {
  std::vector<std::int64_t> seen;
  TaskBench bench{
      passing([&](TextContext& context, const TextRecord&) { seen.push_back(toMillis(context.currentStreamTime())); })};
  bench.start();
  EXPECT_EQ(bench.task().streamTime(), no_timestamp);
  for (const std::int64_t millis : {5, 3, 9}) bench.give({millis, "k", "v", millis, {}});
  bench.give({100, "k", "v", 4, {}});
  bench.processAll();
  EXPECT_THAT(seen, ElementsAre(5, 9, 9));  // offset 3 came after offset 5: it was seen before
}

TEST(Task, WaitsForAnInputUntilItIsKnownToHaveNoMore) {
  TaskBench bench{twoInputs()};
  bench.environment.max_task_idle = Milliseconds{0};
  Task& task = bench.start();
  bench.give({0, "l", "1", 10, {}}, 0);
  EXPECT_EQ(bench.processAll(), 0U) << "whether the right input has earlier records is not known";
  task.reachedEnd(1, 0);
  EXPECT_EQ(bench.processAll(), 1U);
}

TEST(Task, GivesAnEmptyInputMaxTaskIdleToCatchUp) {
  TaskBench bench{twoInputs()};
  bench.environment.max_task_idle = Milliseconds{50};
  Task& task = bench.start();
  bench.give({0, "l", "1", 10, {}}, 0);
  task.reachedEnd(1, 0);
  EXPECT_EQ(bench.processAll(), 0U);
  bench.clock.advance(Milliseconds{49});
  EXPECT_EQ(bench.processAll(), 0U);
  bench.clock.advance(Milliseconds{1});
  EXPECT_EQ(bench.processAll(), 1U);
}

TEST(Task, DropsRecordsItHasSeenBefore) {
  TaskBench bench{passing()};
  bench.start({{{"in", 0}, committedAt(5, "")}});
  bench.give({4, "k", "seen", 1, {}});
  bench.give({5, "k", "new", 1, {}});
  bench.give({5, "k", "again", 1, {}});
  EXPECT_EQ(bench.processAll(), 1U);
}

TEST(TaskCommit, NamesTheFirstRecordStillWaitingWithThePartitionTimeAsJavaWritesIt) {
  TaskBench bench{passing()};
  Task& task = bench.start();
  bench.give({0, "k", "v", 5000, {}});
  bench.give({7, "k", "v", 6000, {}});
  ASSERT_TRUE(task.processOne(bench.clock.now()));
  EXPECT_THAT(bench.commit(), ElementsAre(Pair(TopicPartition{"in", 0}, committedAt(7, "AgAAAAAAABOI"))));
}

TEST(TaskCommit, NamesThePositionWhenNothingWaits) {
  TaskBench bench{passing()};
  Task& task = bench.start();
  bench.give({0, "k", "v", 5000, {}});
  bench.processAll();
  EXPECT_EQ(bench.commit().at({"in", 0}).offset, 1);
  bench.give({1, "k", "v", 5000, {}});
  bench.processAll();
  task.reachedEnd(0, 4);  // transaction markers at the end
  EXPECT_EQ(bench.commit().at({"in", 0}).offset, 4);
}

TEST(TaskCommit, SaysNothingTwiceAndNothingOfUntouchedInputs) {
  TaskBench bench{twoInputs()};
  Task& task = bench.start();
  bench.give({0, "k", "v", 1, {}}, 0);
  bench.processAll();
  EXPECT_TRUE(task.commitNeeded());
  EXPECT_THAT(bench.commit(), ElementsAre(Pair(TopicPartition{"left", 0}, testing::_)));
  EXPECT_FALSE(task.commitNeeded());
  EXPECT_THAT(bench.commit(), IsEmpty());
}

TEST(TaskCommit, GoesOnFromThePartitionTimeAndProcessorNotesOfTheLastOwner) {
  TaskBench bench{passing()};
  // Time 1009000 and the note win -> 940000, as Java wrote it.
  const CommittedOffset javas = committedAt(3, "AgAAAAAAD2VoAAAAAQAAAAN3aW4AAAAAAA5X4A==");
  Task& task = bench.start({{{"in", 0}, javas}});
  EXPECT_EQ(toMillis(task.streamTime()), 1'009'000);
  bench.give({3, "k", "v", 1, {}});
  bench.processAll();
  EXPECT_EQ(bench.commit().at({"in", 0}), committedAt(4, javas.metadata));
}

TEST(TaskCommit, CarriesWhatProcessorsNoteAndShowsItToTheNextOwner) {
  std::vector<std::optional<std::int64_t>> seen;
  const auto noting = [&] {
    return passing(
        [](TextContext& context, const TextRecord& record) {
          context.any().addProcessorMetadata("win", toMillis(record.timestamp));
        },
        [&](TextContext& context) { seen.push_back(context.any().processorMetadata("win")); });
  };
  TaskBench bench{noting()};
  bench.start();
  bench.give({0, "k", "v", 940'000, {}});
  bench.processAll();
  const CommittedOffsets committed = bench.commit();
  TaskBench next{noting()};
  next.start(committed);
  EXPECT_THAT(seen, ElementsAre(std::nullopt, 940'000));
}

TEST(TaskCommit, CarriesNewNotesToInputsThatWereNotRead) {
  Topology topology;
  topology.addSource<Text, Text>("left", {"left"})
      .addSource<Text, Text>("right", {"right"})
      .addProcessor("work", textProcessor([](TextContext& context, const TextRecord&) {
                      context.any().addProcessorMetadata("win", 7);
                    }),
                    {"left", "right"});
  TaskBench bench{std::move(topology)};
  bench.start({{{"right", 0}, committedAt(3, "")}});
  bench.give({0, "k", "v", 1, {}}, 0);
  bench.processAll();
  const CommittedOffsets committed = bench.commit();
  ASSERT_EQ(committed.size(), 2U);
  EXPECT_EQ(committed.at({"right", 0}).offset, 3);
  EXPECT_NE(committed.at({"right", 0}).metadata, "");
  EXPECT_THAT(bench.commit(), IsEmpty());
}

TEST(TaskCommit, IsAskedForByAProcessor) {
  TaskBench bench{passing([](TextContext& context, const TextRecord&) { context.commit(); })};
  Task& task = bench.start();
  EXPECT_FALSE(task.commitRequested());
  bench.give({0, "k", "v", 1, {}});
  bench.processAll();
  EXPECT_TRUE(task.commitRequested());
  bench.commit();
  EXPECT_FALSE(task.commitRequested());
}

TEST(TaskCommit, NamesWhatMayBeDeletedOfTheApplicationsOwnTopics) {
  Topology topology;
  topology.addInternalTopic({"moved-repartition", 1});
  topology.addSource<Text, Text>("in", {"in"}).addSource<Text, Text>("moved", {"moved-repartition"});
  topology.addSink<Text, Text>("out", "out", {"in", "moved"});
  TaskBench bench{std::move(topology)};
  Task& task = bench.start();
  bench.give({4, "k", "v", 1, {}}, 0);
  bench.give({9, "k", "v", 1, {}}, 1);
  bench.processAll();
  EXPECT_THAT(task.purgeable(), IsEmpty());
  bench.commit();
  EXPECT_THAT(task.purgeable(), ElementsAre(Pair(TopicPartition{"app-moved-repartition", 0}, 10)));
}

TEST(TaskContextOfRecords, FollowsWhatAProcessorChanges) {
  std::vector<std::string> seen;
  Topology topology;
  topology.addSource<Text, Text>("in", {"in"})
      .addProcessor("later", textProcessor([](auto& context, const auto& record) {
                      context.forward(record.withTimestamp(record.timestamp + Milliseconds{1}));
                    }),
                    {"in"})
      .addProcessor("see", textProcessor([&](auto& context, const auto&) {
                      const RecordContext& at = context.recordContext();
                      seen.push_back(toString(at.origin()) + "@" + std::to_string(toMillis(at.timestamp())));
                    }),
                    {"later", "in"});
  TaskBench bench{std::move(topology)};
  bench.start();
  bench.give({3, "k", "v", 10, {}});
  bench.processAll();
  EXPECT_THAT(seen, ElementsAre("in-0-3@11", "in-0-3@10"));
}

TEST(TaskTimestamps, OfARecordWithoutTimeFailTheTask) {
  TaskBench bench{passing()};
  bench.start();
  bench.give({3, "k", "v", -1, {}});
  try {
    bench.processAll();
    FAIL() << "a record without time was processed";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
    EXPECT_THAT(error.what(), HasSubstr("in-0 offset 3"));
  }
}

TEST(TaskTimestamps, ComeFromTheExtractorAndANegativeOneDropsTheRecordButMovesTheOffset) {
  Topology topology;
  SourceOptions<Text, Text> options;
  options.timestamp_extractor = [](const AnyRecord& record, const RecordContext&, Timestamp partition_time) {
    const Text& value = *static_cast<const Text*>(record.value);
    return value == "drop" ? no_timestamp : fromMillis(toMillis(partition_time) + 100);
  };
  topology.addSource<Text, Text>("in", {"in"}, options).addSink<Text, Text>("out", "out", {"in"});
  TaskBench bench{std::move(topology)};
  Task& task = bench.start();
  bench.give({0, "k", "a", 1, {}});
  bench.give({1, "k", "b", 1, {}});
  bench.give({2, "k", "drop", 1, {}});
  bench.processAll();
  EXPECT_EQ(bench.commit().at({"in", 0}).offset, 3);
  EXPECT_THAT(bench.written("out"), ElementsAre("k=a@99", "k=b@199"));
  EXPECT_EQ(task.droppedRecords(), 1U);
}

TEST(TaskSinks, ChooseThePartitionAndTopicTheyAreTold) {
  Topology topology;
  SinkOptions<Text, Text> options;
  options.partitioner = [](std::string_view, const AnyRecord& record, std::int32_t) {
    const Text& value = *static_cast<const Text*>(record.value);
    if (value == "all") return PartitionChoice::several({0, 1, 2});
    return value == "none" ? PartitionChoice::none() : PartitionChoice::one(2);
  };
  topology.addSource<Text, Text>("in", {"in"}).addSink<Text, Text>("out", "wide", {"in"}, options);
  TaskBench bench{std::move(topology)};
  bench.broker.createTopic("wide", 3);
  Task& task = bench.start();
  bench.give({0, "k", "all", 1, {}});
  bench.give({1, "k", "none", 1, {}});
  bench.give({2, "k", "last", 1, {}});
  bench.processAll();
  bench.commit();
  EXPECT_EQ(bench.broker.records(TopicPartition{"wide", 0}).size(), 1U);
  EXPECT_EQ(bench.broker.records(TopicPartition{"wide", 1}).size(), 1U);
  EXPECT_EQ(bench.broker.records(TopicPartition{"wide", 2}).size(), 2U);
  EXPECT_EQ(task.droppedRecords(), 1U);
}

TEST(TaskSinks, WaitForAFullProducerAndGiveUpWhenTheApplicationEnds) {
  TaskBench bench{passing()};
  bench.start();
  bench.broker.setAcknowledgementsHeld(true);
  for (std::int64_t offset = 0; offset < 4; ++offset) bench.give({offset, "k", "v", 1, {}});
  bench.aborted = true;
  try {
    bench.processAll();
    FAIL() << "the producer has room for three records";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::retriable);
  }
  EXPECT_EQ(bench.task().deliveries().underWay(), 3);
  bench.broker.setAcknowledgementsHeld(false);
}

}  // namespace
}  // namespace widgetstream
