// The clients' contracts against a real broker, and what only a real broker shows.
#include "tests/kafka/consumer_contract.hpp"
#include "tests/kafka/membership_contract.hpp"
#include "tests/kafka/producer_contract.hpp"
#include "tests/support/kafka_broker.hpp"

namespace widgetstream {
namespace {

ClusterUnderTest realCluster() {
  return {"Kafka", [] {
            return librdkafkaClients({{"bootstrap.servers", sharedKafkaBroker().bootstrapServers()}}, {});
          }};
}

}  // namespace

TEST_P(ConsumerContract, RecordsThatWereDeletedAreOutOfRange) {
  const std::string topic = createTopic();
  produceValues(topic, {"a", "b", "c"});
  admin().deleteRecords({{{topic, 0}, 2}}, timeout);
  const auto consumer = newConsumer();
  EXPECT_THAT(consumer->offsets({{topic, 0}}, timeout), ElementsAre(Pair(TopicPartition{topic, 0}, OffsetRange{2, 3})));
  consumer->add({{{topic, 0}, 0, 0, 1}});
  const auto told = read(*consumer, 0, [](const ReadBatch& batch) { return !batch.events.empty(); });
  EXPECT_THAT(told.events, ElementsAre(isEvent(FetchEvent::Kind::offset_out_of_range, 0)));
  consumer->remove({{topic, 0}});
  consumer->add({{{topic, 0}, offset_earliest, 0, 2}});
  EXPECT_THAT(readRecords(*consumer, 1).values(), ElementsAre("c"));
}

TEST_P(ConsumerContract, BeginsAtATimeOrAtTheEndWhenNothingIsAsNew) {
  const std::string topic = createTopic(2);
  for (const std::int32_t partition : {0, 1}) {
    for (const int time : {10, 30, 20, 40}) produceAt(topic, partition, fromMillis(time));
  }
  const auto consumer = newConsumer();
  consumer->add({{{topic, 0}, offset_by_time, 0, 0, fromMillis(15)}, {{topic, 1}, offset_by_time, 0, 1, fromMillis(41)}});
  produceValues(topic, {"new"}, 1);
  const auto batch = readRecords(*consumer, 4);
  std::map<std::uint64_t, std::vector<std::string>> values;
  for (const ReadRecord& record : batch.records) values[record.tag].push_back(record.value.value());
  EXPECT_THAT(values, ElementsAre(Pair(0, ElementsAre("30", "20", "40")), Pair(1, ElementsAre("new"))));
}

TEST_P(ConsumerContract, ATopicThatDoesNotExistFailsAndIsFetchedOnceItIsThere) {
  const std::string topic = unique("late");
  const auto consumer = newConsumer();
  consumer->add({{{topic, 0}, offset_earliest, 0, 3}});
  const auto told = read(*consumer, 0, [](const ReadBatch& batch) { return !batch.events.empty(); });
  EXPECT_EQ(told.events.at(0).kind, FetchEvent::Kind::failed);
  EXPECT_EQ(told.events.at(0).error, ErrorKind::retriable);
  EXPECT_EQ(told.events.at(0).tag, 3U);
  admin().createTopics({TopicSpec{topic, 1, -1, {}}}, timeout);
  produceValues(topic, {"a"});
  EXPECT_THAT(readRecords(*consumer, 1).values(), ElementsAre("a"));
}

TEST_P(ConsumerContract, ASmallQueueIsRefilledAsSoonAsItRunsLow) {
  // librdkafka alone would sleep a second after each filling, of which there are about a hundred here.
  const std::string topic = createTopic();
  produceValues(topic, std::vector<std::string>(60'000, std::string(400, 'x')));
  ConsumerSettings settings;
  settings.queue_bytes = std::size_t{256} << 10;
  settings.properties["fetch.message.max.bytes"] = "65536";
  const auto consumer = clients->consumer(settings);
  const auto begin = std::chrono::steady_clock::now();
  consumer->add({{{topic, 0}, offset_earliest, 0, 0}});
  EXPECT_THAT(readRecords(*consumer, 60'000).records, SizeIs(60'000));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, timeout / 2);
}

TEST_P(ProducerContract, ATopicThatDoesNotExistHasNoPartitionsAndIsNotMade) {
  const std::string topic = unique("missing");
  const auto producer = newProducer();
  EXPECT_EQ(producer->partitionCount(producer->topic(topic), timeout), 0);
  admin().createTopics({TopicSpec{topic, 2, -1, {}}}, timeout);
  EXPECT_EQ(producer->partitionCount(producer->topic(topic), timeout), 2);
}

TEST_P(MembershipContract, AMissingTopicIsAProblemAndTheRestWorks) {
  const std::string topic = createTopic(2);
  const std::string missing = unique("missing");
  const auto member = newMember(unique("group"));
  member->join({topic, missing});
  std::vector<MembershipEvent> events;
  ASSERT_TRUE(waitUntil(
      [&] {
        if (auto event = member->poll(Milliseconds{50})) events.push_back(std::move(*event));
        return events.size() >= 2;
      },
      timeout));
  member->acknowledge();
  const auto isProblem = [](const MembershipEvent& event) { return event.kind == Kind::problem; };
  const auto problem = std::find_if(events.begin(), events.end(), isProblem);
  ASSERT_NE(problem, events.end());
  EXPECT_THAT(problem->message, ::testing::HasSubstr(missing));
  admin().createTopics({TopicSpec{missing, 1, -1, {}}}, timeout);
  (void)nextAndAcknowledge(*member, Kind::revoked);
  EXPECT_THAT(nextAndAcknowledge(*member, Kind::assigned).partitions, SizeIs(3));
}

TEST_P(MembershipContract, AMemberIdBeginsWithTheProcessId) {
  const std::string topic = createTopic(1);
  const auto member = newMember(unique("group"), "process-7");
  member->join({topic});
  EXPECT_THAT(nextAndAcknowledge(*member, Kind::assigned).metadata.member_id, ::testing::StartsWith("process-7-"));
}

TEST_P(MembershipContract, CommitsWhileBeingRevokedAreTaken) {
  const std::string topic = createTopic(2);
  const std::string group = unique("group");
  const auto first = newMember(group, "first");
  first->join({topic});
  const GroupMetadata identity = nextAndAcknowledge(*first, Kind::assigned).metadata;
  const auto second = newMember(group, "second");
  second->join({topic});
  (void)next(*first, Kind::revoked);
  EXPECT_EQ(first->commit({{{topic, 1}, {9, "note"}}}, identity, timeout), CommitOutcome::committed);
  first->acknowledge();
  EXPECT_THAT(newConsumer(1, group)->committed({{topic, 1}}, timeout),
              ElementsAre(Pair(TopicPartition{topic, 1}, CommittedOffset{9, "note"})));
}

TEST_P(MembershipContract, AnInstanceThatWasReplacedIsFencedLosesEverythingAndEnds) {
  const std::string topic = createTopic(1);
  MembershipSettings settings;
  settings.group = unique("group");
  settings.process_id = "process";
  settings.group_instance_id = "instance";
  const auto replaced = clients->membership(settings);
  replaced->join({topic});
  const GroupMetadata identity = nextAndAcknowledge(*replaced, Kind::assigned).metadata;
  const auto successor = clients->membership(settings);
  successor->join({topic});
  EXPECT_THAT(nextAndAcknowledge(*successor, Kind::assigned).partitions, SizeIs(1));
  EXPECT_EQ(replaced->commit({{{topic, 0}, {5, ""}}}, identity, timeout), CommitOutcome::fenced);
  EXPECT_EQ(nextAndAcknowledge(*replaced, Kind::lost).metadata, identity);
  EXPECT_THROW((void)replaced->poll(timeout), Error);
  replaced->leave(timeout);
}

INSTANTIATE_TEST_SUITE_P(Real, ConsumerContract, ::testing::Values(realCluster()), nameOfCluster);
INSTANTIATE_TEST_SUITE_P(Real, ConsumerLanes, ::testing::Values(realCluster()), nameOfCluster);
INSTANTIATE_TEST_SUITE_P(Real, ProducerContract, ::testing::Values(realCluster()), nameOfCluster);
INSTANTIATE_TEST_SUITE_P(Real, MembershipContract, ::testing::Values(realCluster()), nameOfCluster);

}  // namespace widgetstream
