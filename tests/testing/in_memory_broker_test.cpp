// InMemoryBroker: topics, fetching, producing and what can go wrong with them.
#include "widgetstream/testing/in_memory_broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "widgetstream/core/murmur2.hpp"
#include "widgetstream/testing/manual_clock.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Milliseconds at_once{0};

class InMemoryBrokerTest : public ::testing::Test {
 protected:
  static InMemoryBrokerOptions stepped(const Clock& clock) {
    InMemoryBrokerOptions options;
    options.clock = &clock;
    options.stepped = true;
    return options;
  }

  FetchBatch poll(std::size_t most = 100) {
    FetchBatch batch;
    consumer->poll(0, most, at_once, batch);
    return batch;
  }
  static std::vector<std::string> values(const FetchBatch& batch) {
    std::vector<std::string> all;
    for (const FetchedRecord& record : batch.records) all.emplace_back(record.value.value_or("<null>"));
    return all;
  }
  bool send(const std::string& topic, const char* value) {
    OutgoingRecord record;
    record.value = value;
    return producer->send(producer->topic(topic), record, channel);
  }

  ManualClock clock{fromMillis(1000)};
  InMemoryBroker broker{stepped(clock)};
  std::unique_ptr<Consumer> consumer = broker.consumer({.group = "app", .properties = {}});
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  std::unique_ptr<Producer> producer = broker.producer({});
  std::unique_ptr<Admin> admin = broker.admin({});
};

TEST_F(InMemoryBrokerTest, KeepsNullAndEmptyBytesApart) {
  broker.append("t", std::nullopt, "");
  broker.append("t", "", std::nullopt);
  const auto records = broker.records("t");
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].key, std::nullopt);
  EXPECT_EQ(records[0].value, NullableBytes{""});
  EXPECT_EQ(records[1].key, NullableBytes{""});
  EXPECT_EQ(records[1].value, std::nullopt);
}

TEST_F(InMemoryBrokerTest, GivesRecordsWithoutTimestampTheClocksTime) {
  broker.append("t", "k", "v");
  broker.append("t", "k", "v", fromMillis(7));
  EXPECT_EQ(broker.records("t")[0].timestamp, fromMillis(1000));
  EXPECT_EQ(broker.records("t")[1].timestamp, fromMillis(7));
}

TEST_F(InMemoryBrokerTest, PutsKeysWhereJavaPutsThem) {
  broker.createTopic("t", 7);
  for (const char* key : {"a", "bolt", "W123"}) {
    broker.append("t", key, "v");
    EXPECT_EQ(broker.records("t").back().partition, partitionForKey(key, 7));
  }
}

TEST_F(InMemoryBrokerTest, FetchesFromTheOffsetAskedForWithTagAndHeaders) {
  broker.append("t", "k", "zero");
  const Headers headers{{"h", "1"}, {"h", std::nullopt}};
  OutgoingRecord with_headers;
  with_headers.value = "one";
  with_headers.headers = &headers;
  broker.append("t", with_headers);
  consumer->add({{{"t", 0}, 1, 0, 42}});
  const FetchBatch batch = poll();
  ASSERT_THAT(values(batch), ElementsAre("one"));
  EXPECT_EQ(batch.records[0].tag, 42U);
  EXPECT_EQ(batch.records[0].offset, 1);
  Headers read;
  batch.records[0].headers(read);
  EXPECT_EQ(read, headers);
}

TEST_F(InMemoryBrokerTest, FetchesFromATimeOnAndFromTheEndWhenNothingIsAsNew) {
  for (const int time : {10, 30, 20, 40}) broker.append("t", "k", std::to_string(time), fromMillis(time));
  const auto from = [this](int time) {
    consumer->add({{{"t", 0}, offset_by_time, 0, 0, fromMillis(time)}});
    const auto read = values(poll());
    consumer->remove({{"t", 0}});
    return read;
  };
  EXPECT_THAT(from(15), ElementsAre("30", "20", "40"));
  EXPECT_THAT(from(10), ElementsAre("10", "30", "20", "40"));
  EXPECT_THAT(from(41), IsEmpty());
}

TEST_F(InMemoryBrokerTest, TellsTheEndOfAPartitionOnceForEachTimeItIsReached) {
  broker.append("t", "k", "v");
  consumer->add({{{"t", 0}, offset_earliest, 0, 0}});
  const FetchBatch batch = poll();
  ASSERT_THAT(batch.events, SizeIs(1));
  EXPECT_EQ(batch.events[0].kind, FetchEvent::Kind::end_of_partition);
  EXPECT_EQ(batch.events[0].offset, 1);
  EXPECT_THAT(poll().events, IsEmpty());
  broker.append("t", "k", "v");
  EXPECT_THAT(poll().events, SizeIs(1));
}

TEST_F(InMemoryBrokerTest, TellsWhenAnOffsetIsOutOfRangeAndDeliversNothingMore) {
  for (const char* value : {"a", "b", "c"}) broker.append("t", "k", value);
  admin->deleteRecords({{{"t", 0}, 2}}, at_once);
  EXPECT_EQ(broker.offsets({"t", 0}), (OffsetRange{2, 3}));
  consumer->add({{{"t", 0}, 1, 0, 0}});
  const FetchBatch batch = poll();
  EXPECT_THAT(batch.records, IsEmpty());
  ASSERT_THAT(batch.events, SizeIs(1));
  EXPECT_EQ(batch.events[0].kind, FetchEvent::Kind::offset_out_of_range);
  EXPECT_THAT(poll().events, IsEmpty());
  consumer->add({{{"t", 0}, offset_earliest, 0, 0}});
  EXPECT_THAT(values(poll()), ElementsAre("c"));
}

TEST_F(InMemoryBrokerTest, ServesThePartitionsOfAQueueInTurn) {
  broker.createTopic("t", 2);
  for (int i = 0; i < 3; ++i) {
    for (std::int32_t partition : {0, 1}) {
      OutgoingRecord record;
      record.partition = partition;
      record.value = partition == 0 ? "zero" : "one";
      broker.append("t", record);
    }
  }
  consumer->add({{{"t", 0}, 0, 0, 0}, {{"t", 1}, 0, 0, 1}});
  EXPECT_THAT(values(poll(2)), ElementsAre("zero", "zero"));
  EXPECT_THAT(values(poll(2)), ElementsAre("one", "one"));
}

TEST_F(InMemoryBrokerTest, APausedPartitionWaits) {
  broker.append("t", "k", "v");
  consumer->add({{{"t", 0}, 0, 0, 0}});
  consumer->pause({{"t", 0}});
  EXPECT_THAT(poll().records, IsEmpty());
  consumer->resume({{"t", 0}});
  EXPECT_THAT(values(poll()), ElementsAre("v"));
}

TEST_F(InMemoryBrokerTest, ATopicThatComesLaterIsFetchedThen) {
  consumer->add({{{"later", 0}, offset_earliest, 0, 0}});
  const FetchBatch before = poll();
  ASSERT_THAT(before.events, SizeIs(1));
  EXPECT_EQ(before.events[0].kind, FetchEvent::Kind::failed);
  broker.append("later", "k", "v");
  EXPECT_THAT(values(poll()), ElementsAre("v"));
}

TEST_F(InMemoryBrokerTest, AnAcknowledgedRecordTellsItsOffset) {
  broker.createTopic("t");
  broker.append("t", "k", "earlier");
  ASSERT_TRUE(send("t", "v"));
  EXPECT_EQ(channel.last_offset, 1);
  EXPECT_EQ(deliveries.underWay(), 0);
  EXPECT_TRUE(broker.records("t")[1].sent);
  EXPECT_FALSE(broker.records("t")[0].sent);
}

TEST_F(InMemoryBrokerTest, RecordsWaitInTheirProducerWhileTheBrokerIsAway) {
  broker.createTopic("t");
  broker.setUnavailable(true);
  ASSERT_TRUE(send("t", "a"));
  ASSERT_TRUE(send("t", "b"));
  EXPECT_FALSE(producer->flush(deliveries, at_once));
  EXPECT_THAT(broker.records("t"), IsEmpty());
  broker.setUnavailable(false);
  EXPECT_TRUE(producer->flush(deliveries, at_once));
  ASSERT_THAT(broker.records("t"), SizeIs(2));
  EXPECT_EQ(broker.records("t")[0].value, "a");
}

TEST_F(InMemoryBrokerTest, RecordsThatWaitCanBeDiscarded) {
  broker.createTopic("t");
  broker.setUnavailable(true);
  ASSERT_TRUE(send("t", "x"));
  producer->discard();
  EXPECT_EQ(deliveries.underWay(), 0);
  EXPECT_EQ(deliveries.takeFailures().at(0).error, ErrorKind::task_migrated);
  broker.setUnavailable(false);
  EXPECT_TRUE(producer->flush(deliveries, Milliseconds{0}));
  EXPECT_TRUE(broker.records("t").empty());
}

TEST_F(InMemoryBrokerTest, CallsThatWantAnAnswerFailWhileTheBrokerIsAway) {
  broker.setUnavailable(true);
  const auto retriable = [](auto call) {
    try {
      call();
      return false;
    } catch (const Error& error) {
      return error.kind() == ErrorKind::retriable;
    }
  };
  EXPECT_TRUE(retriable([&] { (void)admin->partitionCounts({"t"}, at_once); }));
  EXPECT_TRUE(retriable([&] { (void)consumer->offsets({{"t", 0}}, at_once); }));
  EXPECT_TRUE(retriable([&] { (void)consumer->committed({{"t", 0}}, at_once); }));
}

TEST_F(InMemoryBrokerTest, AHeldAcknowledgementLetsTheRecordArrive) {
  broker.createTopic("t");
  broker.setAcknowledgementsHeld(true);
  ASSERT_TRUE(send("t", "v"));
  EXPECT_THAT(broker.records("t"), SizeIs(1));
  EXPECT_EQ(deliveries.underWay(), 1);
  broker.setAcknowledgementsHeld(false);
  EXPECT_EQ(deliveries.underWay(), 0);
  EXPECT_EQ(channel.last_offset, 0);
}

TEST_F(InMemoryBrokerTest, AnOrderedFailureHitsItsTopicOnly) {
  broker.createTopic("t");
  broker.createTopic("other");
  broker.failNextSends(1, ErrorKind::bad_record, "as ordered", "t");
  ASSERT_TRUE(send("other", "v"));
  EXPECT_FALSE(deliveries.anyFailed());
  ASSERT_TRUE(send("t", "lost"));
  const auto failures = deliveries.takeFailures();
  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].error, ErrorKind::bad_record);
  EXPECT_EQ(failures[0].message, "as ordered");
  EXPECT_EQ(failures[0].value, "lost");
  ASSERT_TRUE(send("t", "kept"));
  EXPECT_THAT(broker.records("t"), SizeIs(1));
}

TEST_F(InMemoryBrokerTest, ALostReplyLeavesTheRecordInItsTopic) {
  broker.createTopic("t");
  broker.setFaults([](const BrokerCall& call) {
    return call.kind == BrokerCall::Kind::send ? BrokerFault::lose_reply : BrokerFault::none;
  });
  ASSERT_TRUE(send("t", "v"));
  EXPECT_TRUE(deliveries.anyFailed());
  EXPECT_THAT(broker.records("t"), SizeIs(1));
}

TEST_F(InMemoryBrokerTest, RefusesRecordsThatAreTooLargeForTheTopic) {
  broker.createTopic("t", 1, {{"max.message.bytes", "3"}});
  ASSERT_TRUE(send("t", "1234"));
  ASSERT_TRUE(deliveries.anyFailed());
  EXPECT_EQ(deliveries.takeFailures()[0].error, ErrorKind::bad_record);
}

TEST_F(InMemoryBrokerTest, AProducersOwnLimitThrows) {
  producer = broker.producer({.properties = {{"message.max.bytes", "3"}}});
  EXPECT_THROW((void)send("t", "1234"), Error);
}

TEST_F(InMemoryBrokerTest, ATopicThatDoesNotExistFailsItsRecords) {
  ASSERT_TRUE(send("nowhere", "v"));
  EXPECT_TRUE(deliveries.anyFailed());
  EXPECT_EQ(broker.partitionCount("nowhere"), 0);
}

TEST_F(InMemoryBrokerTest, CreatedTopicsKeepTheirConfigs) {
  admin->createTopics({{"t", 3, -1, {{"cleanup.policy", "compact"}}}}, at_once);
  admin->createTopics({{"t", 5, -1, {}}}, at_once);
  EXPECT_THAT(admin->partitionCounts({"t", "u"}, at_once), ElementsAre(::testing::Pair("t", 3)));
  EXPECT_EQ(broker.topicConfigs("t")->at("cleanup.policy"), "compact");
}

TEST_F(InMemoryBrokerTest, ListsTheRecordsOfAllTopicsInOrderOfArrival) {
  broker.append("b", "k", "first");
  broker.append("a", "k", "second");
  const auto from = broker.allRecords().back().sequence + 1;
  broker.append("b", "k", "third");
  std::vector<std::string> order;
  for (const BrokerRecord& record : broker.allRecords()) order.push_back(*record.value);
  EXPECT_THAT(order, ElementsAre("first", "second", "third"));
  EXPECT_THAT(broker.allRecords(from), SizeIs(1));
}

TEST(InMemoryBrokerWaiting, APollEndsAsSoonAsARecordArrives) {
  InMemoryBroker broker;
  const auto consumer = broker.consumer({.group = "app", .properties = {}});
  broker.createTopic("t");
  consumer->add({{{"t", 0}, offset_latest, 0, 0}});
  FetchBatch end;
  consumer->poll(0, 10, at_once, end);
  std::jthread writer{[&] { broker.append("t", "k", "v"); }};
  FetchBatch batch;
  consumer->poll(0, 10, seconds{30}, batch);
  EXPECT_THAT(batch.records, SizeIs(1));
}

TEST(InMemoryBrokerWaiting, AWokenPollReturnsWithNothing) {
  InMemoryBroker broker;
  const auto consumer = broker.consumer({.group = "app", .properties = {}});
  std::jthread waker{[&] { consumer->wake(0); }};
  FetchBatch batch;
  consumer->poll(0, 10, seconds{30}, batch);
  EXPECT_THAT(batch.records, IsEmpty());
}

}  // namespace
}  // namespace widgetstream
