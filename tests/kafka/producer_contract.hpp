#pragma once

#include <thread>

#include "tests/kafka/client_contract.hpp"
#include "widgetstream/core/murmur2.hpp"

// What any Producer owes its owner.
namespace widgetstream {

class ProducerContract : public ClientContract {
 protected:
  std::unique_ptr<Producer> newProducer(const ClientProperties& properties = {}) {
    ProducerSettings settings;
    settings.properties = properties;
    return clients->producer(settings);
  }

  static OutgoingRecord recordOf(BytesView value, std::int32_t partition = 0) {
    return {partition, std::nullopt, value, no_timestamp, nullptr};
  }
};

TEST_P(ProducerContract, ChoosesThePartitionThatJavaChooses) {
  const std::string topic = createTopic(10);
  const std::vector<std::string> keys{"", "a", "k", "kafka", "hello world", "0123456789abcdef"};
  std::vector<OutgoingRecord> records;
  for (const std::string& key : keys) records.push_back({any_partition, key, key, no_timestamp, nullptr});
  produce(topic, records);
  const auto consumer = newConsumer();
  std::vector<PartitionStart> starts;
  for (std::int32_t partition = 0; partition < 10; ++partition) {
    starts.push_back({{topic, partition}, offset_earliest, 0, static_cast<std::uint64_t>(partition)});
  }
  consumer->add(starts);
  std::map<std::string, std::int32_t> partitions;
  for (const ReadRecord& record : readRecords(*consumer, keys.size()).records) {
    partitions[record.key.value()] = static_cast<std::int32_t>(record.tag);
  }
  const std::map<std::string, std::int32_t> expected{{"", 1},      {"a", 4},           {"k", 2},
                                                     {"kafka", 0}, {"hello world", 9}, {"0123456789abcdef", 2}};
  EXPECT_EQ(partitions, expected);
}

TEST_P(ProducerContract, TellsAChannelTheOffsetOfItsNewestRecord) {
  const std::string topic = createTopic();
  const auto producer = newProducer();
  Deliveries deliveries;
  DeliveryChannel first{deliveries};
  DeliveryChannel second{deliveries};
  auto& to = producer->topic(topic);
  EXPECT_EQ(first.last_offset, -1);
  ASSERT_TRUE(producer->send(to, recordOf("a"), first));
  ASSERT_TRUE(producer->send(to, recordOf("b"), first));
  ASSERT_TRUE(producer->send(to, recordOf("c"), second));
  EXPECT_EQ(deliveries.underWay(), 3);
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  EXPECT_EQ(deliveries.underWay(), 0);
  EXPECT_EQ(first.last_offset, 1);
  EXPECT_EQ(second.last_offset, 2);
}

TEST_P(ProducerContract, FlushDoesNotLinger) {
  const std::string topic = createTopic();
  const auto producer = newProducer({{"linger.ms", "60000"}});
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  ASSERT_TRUE(producer->send(producer->topic(topic), recordOf("a"), channel));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(producer->flush(deliveries, timeout));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, timeout / 2);
}

TEST_P(ProducerContract, WhatIsDiscardedDoesNotArriveAndLaterRecordsDo) {
  const std::string topic = createTopic();
  const auto producer = newProducer({{"linger.ms", "60000"}});
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  for (const char* value : {"a", "b"}) ASSERT_TRUE(producer->send(producer->topic(topic), recordOf(value), channel));
  producer->discard();
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  const std::vector<DeliveryFailure> failures = deliveries.takeFailures();
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures[0].error, ErrorKind::task_migrated);
  EXPECT_EQ(failures[0].value, "a");
  EXPECT_EQ(failures[1].value, "b");

  ASSERT_TRUE(producer->send(producer->topic(topic), recordOf("c"), channel));
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  EXPECT_FALSE(deliveries.anyFailed());
  EXPECT_EQ(channel.last_offset, 0) << "the first that arrived";
  for (int i = 0; i < 5; ++i) producer->discard();  // nothing is under way: nothing happens
  ASSERT_TRUE(producer->send(producer->topic(topic), recordOf("d"), channel));
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  EXPECT_EQ(channel.last_offset, 1);
}

TEST_P(ProducerContract, FlushOfOneSenderDoesNotWaitForAnother) {
  const std::string topic = createTopic();
  const auto producer = newProducer();
  Deliveries mine;
  DeliveryChannel my_channel{mine};
  std::atomic<bool> stop{false};
  std::thread other{[&] {
    Deliveries theirs;
    DeliveryChannel channel{theirs};
    while (!stop) {
      if (!producer->send(producer->topic(topic), recordOf("theirs"), channel)) producer->poll(Milliseconds{1});
    }
    EXPECT_TRUE(producer->flush(theirs, timeout));
  }};
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(waitUntil([&] {
      producer->poll(Milliseconds{0});
      return producer->send(producer->topic(topic), recordOf("mine"), my_channel);
    }));
    EXPECT_TRUE(producer->flush(mine, timeout));
  }
  stop = true;
  other.join();
}

TEST_P(ProducerContract, AFullQueueIsToldAndPollingMakesRoom) {
  const std::string topic = createTopic();
  const auto producer = newProducer({{"queue.buffering.max.messages", "10"}, {"linger.ms", "50"}});
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  int refused = 0;
  for (int sent = 0; sent < 100;) {
    if (producer->send(producer->topic(topic), recordOf("a"), channel)) {
      ++sent;
    } else {
      ++refused;
      producer->poll(Milliseconds{100});
    }
  }
  EXPECT_GT(refused, 0);
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  EXPECT_EQ(channel.last_offset, 99);
}

TEST_P(ProducerContract, ARecordThatNoBrokerTakesIsNamedWithSizeAndLimit) {
  const std::string topic = createTopic();
  const auto producer = newProducer({{"message.max.bytes", "2000"}});
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  const std::string large(3000, 'x');
  try {
    (void)producer->send(producer->topic(topic), recordOf(large), channel);
    ADD_FAILURE() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::bad_record);
    EXPECT_EQ(std::string{error.what()},
              "a record of 3000 bytes for topic " + topic + " exceeds message.max.bytes, which is 2000");
  }
  EXPECT_EQ(deliveries.underWay(), 0);
}

TEST_P(ProducerContract, ARecordOfAMegabyteArrives) {
  const std::string topic = createTopic();
  const std::string large(1'000'000, 'x');
  produceValues(topic, {large});
  const auto consumer = newConsumer();
  consumer->add({{{topic, 0}, offset_earliest, 0, 0}});
  EXPECT_EQ(readRecords(*consumer, 1).records.at(0).value, large);
}

TEST_P(ProducerContract, ARecordThatDoesNotArriveComesBackWhole) {
  const std::string topic = createTopic(1);
  const auto producer = newProducer();
  (void)producer->partitionCount(producer->topic(topic), timeout);
  Deliveries deliveries;
  {
    // Of a producer that ends with the record in its queue.
    const auto ending = newProducer({{"linger.ms", "60000"}});
    DeliveryChannel channel{deliveries};
    const Headers headers{{"trace", "abc"}, {"null", std::nullopt}};
    ASSERT_TRUE(ending->send(ending->topic(topic), {0, "key", "value", fromMillis(1234), &headers}, channel));
    EXPECT_FALSE(ending->flush(deliveries, Milliseconds{0}));
  }
  EXPECT_EQ(deliveries.underWay(), 0);
  EXPECT_TRUE(deliveries.anyFailed());
  const auto failures = deliveries.takeFailures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].topic, topic);
  EXPECT_EQ(failures[0].key, "key");
  EXPECT_EQ(failures[0].value, "value");
  EXPECT_EQ(failures[0].timestamp, fromMillis(1234));
  EXPECT_EQ(failures[0].headers, (Headers{{"trace", "abc"}, {"null", std::nullopt}}));
  EXPECT_EQ(failures[0].error, ErrorKind::retriable);
  EXPECT_THAT(failures[0].message, ::testing::HasSubstr("PURGE"));
  EXPECT_FALSE(deliveries.anyFailed());
}

TEST_P(ProducerContract, TheSameNameIsTheSameTopic) {
  const std::string topic = createTopic(3);
  const auto producer = newProducer();
  EXPECT_EQ(&producer->topic(topic), &producer->topic(topic));
  EXPECT_NE(&producer->topic(topic), &producer->topic(topic + "x"));
  EXPECT_EQ(producer->partitionCount(producer->topic(topic), timeout), 3);
}

TEST_P(ProducerContract, APartitionThatDoesNotExistIsAnErrorOfTheCallerOnceTheTopicIsKnown) {
  const std::string topic = createTopic(2);
  const auto producer = newProducer();
  ASSERT_EQ(producer->partitionCount(producer->topic(topic), timeout), 2);
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
  try {
    (void)producer->send(producer->topic(topic), recordOf("a", 7), channel);
    ADD_FAILURE() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_argument);
    EXPECT_EQ(std::string{error.what()}, "topic " + topic + " has no partition 7");
  }
}

}  // namespace widgetstream
