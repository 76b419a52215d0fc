#pragma once

#include <algorithm>
#include <thread>

#include "tests/kafka/client_contract.hpp"

// What any Consumer owes its owner.
namespace widgetstream {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ConsumerContract : public ClientContract {
 protected:
  static auto isEvent(FetchEvent::Kind kind, std::int64_t offset) {
    return AllOf(Field("kind", &FetchEvent::kind, kind), Field("offset", &FetchEvent::offset, offset));
  }
  static bool hasEvent(const ReadBatch& batch, FetchEvent::Kind kind) {
    for (const FetchEvent& event : batch.events) {
      if (event.kind == kind) return true;
    }
    return false;
  }
};

TEST_P(ConsumerContract, ReadsRecordsWholeWithNullsEmptyBytesHeadersAndTimestamps) {
  const std::string topic = createTopic();
  const Headers headers{{"trace", "abc"}, {"null", std::nullopt}, {"empty", ""}, {"trace", "def"}};
  produce(topic,
          {{.partition = 0, .key = "k", .value = "v", .timestamp = fromMillis(1234567890123), .headers = &headers},
           {.partition = 0, .key = std::nullopt, .value = ""},
           {.partition = 0, .key = "", .value = std::nullopt, .timestamp = fromMillis(1)}});
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .offset = offset_earliest, .queue = 0, .tag = 42}});
  const auto records = readRecords(*consumer, 3).records;
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].key, "k");
  EXPECT_EQ(records[0].value, "v");
  EXPECT_EQ(records[0].timestamp, fromMillis(1234567890123));
  EXPECT_EQ(records[0].headers, headers);
  EXPECT_EQ(records[0].tag, 42U);
  EXPECT_EQ(records[0].offset, 0);
  EXPECT_EQ(records[1].key, std::nullopt);
  EXPECT_EQ(records[1].value, "");
  EXPECT_THAT(records[1].headers, IsEmpty());
  EXPECT_GT(records[1].timestamp, fromMillis(1'600'000'000'000)) << "the client's clock";
  EXPECT_EQ(records[2].key, "");
  EXPECT_EQ(records[2].value, std::nullopt);
  EXPECT_EQ(records[2].timestamp, fromMillis(1));
  EXPECT_EQ(records[2].offset, 2);
}

TEST_P(ConsumerContract, FindsHeadersAndTheirAbsenceBehindValuesOfAnySize) {
  const std::string topic = createTopic();
  const Headers headers{{"trace", "abc"}};
  const std::vector<std::size_t> sizes{0, 1, 2, 63, 64, 65, 127, 128, 129, 255, 256, 8191, 8192, 8193, 100'000};
  std::vector<std::string> values;
  for (const std::size_t size : sizes) values.emplace_back(size, size % 2 == 0 ? '\0' : '\1');
  std::vector<OutgoingRecord> records;
  for (const std::string& value : values) {
    records.push_back({.partition = 0, .key = "k", .value = value});
    records.push_back({.partition = 0, .key = std::nullopt, .value = value, .headers = &headers});
  }
  produce(topic, records);
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .offset = offset_earliest}});
  const auto read = readRecords(*consumer, records.size()).records;
  ASSERT_THAT(read, SizeIs(records.size()));
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].value, values[i / 2]);
    EXPECT_EQ(read[i].headers, i % 2 == 0 ? Headers{} : headers) << "behind " << sizes[i / 2] << " bytes";
  }
}

TEST_P(ConsumerContract, TellsTheEndOfAPartitionAndGoesOn) {
  const std::string topic = createTopic();
  produceValues(topic, {"a", "b"});
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .tag = 7}});
  const auto ended = [](const ReadBatch& batch) { return hasEvent(batch, FetchEvent::Kind::end_of_partition); };
  const auto first = read(*consumer, 0, ended);
  EXPECT_THAT(first.values(), ElementsAre("a", "b"));
  EXPECT_THAT(first.events, ElementsAre(isEvent(FetchEvent::Kind::end_of_partition, 2)));
  EXPECT_EQ(first.events.at(0).tag, 7U);
  EXPECT_EQ(first.events.at(0).partition, (TopicPartition{topic, 0}));
  produceValues(topic, {"c"});
  const auto second = read(*consumer, 0, ended);
  EXPECT_THAT(second.values(), ElementsAre("c"));
  EXPECT_THAT(second.events, Contains(isEvent(FetchEvent::Kind::end_of_partition, 3)));
}

TEST_P(ConsumerContract, BeginsWhereItIsTold) {
  const std::string topic = createTopic(3);
  for (const std::int32_t partition : {0, 1, 2}) produceValues(topic, {"a", "b", "c"}, partition);
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .offset = 2, .tag = 0},
                 {.partition = {topic, 1}, .offset = offset_earliest, .tag = 1},
                 {.partition = {topic, 2}, .offset = offset_latest, .tag = 2}});
  produceValues(topic, {"d"}, 2);
  const auto batch = readRecords(*consumer, 5);
  std::map<std::uint64_t, std::vector<std::string>> values;
  for (const ReadRecord& record : batch.records) values[record.tag].push_back(record.value.value());
  EXPECT_THAT(values,
              ElementsAre(Pair(0, ElementsAre("c")), Pair(1, ElementsAre("a", "b", "c")), Pair(2, ElementsAre("d"))));
}

TEST_P(ConsumerContract, BeginsAtTheEndWhenNoRecordIsAsNewAsTheTime) {
  const std::string topic = createTopic();
  produceAt(topic, 0, fromMillis(10));
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .offset = offset_by_time, .time = fromMillis(11)}});
  produceValues(topic, {"new"});
  EXPECT_THAT(readRecords(*consumer, 1).values(), ElementsAre("new"));
}

TEST_P(ConsumerContract, APositionBeyondTheLogIsToldAndDeliversNothingUntilAddedAnew) {
  const std::string topic = createTopic();
  produceValues(topic, {"a", "b"});
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .offset = 1000, .tag = 5}});
  const auto told =
      read(*consumer, 0, [](const ReadBatch& batch) { return hasEvent(batch, FetchEvent::Kind::offset_out_of_range); });
  EXPECT_THAT(told.records, IsEmpty());
  EXPECT_EQ(told.events.at(0).tag, 5U);
  EXPECT_EQ(told.events.at(0).offset, 1000);
  consumer->remove({{topic, 0}});
  consumer->add({{.partition = {topic, 0}, .offset = offset_earliest, .tag = 6}});
  const auto records = readRecords(*consumer, 2).records;
  EXPECT_THAT(records, ::testing::Each(Field(&ReadRecord::tag, 6U)));
}

TEST_P(ConsumerContract, EachPartitionComesThroughTheQueueItWasGiven) {
  const std::string topic = createTopic(2);
  produceValues(topic, {"even"}, 0);
  produceValues(topic, {"odd"}, 1);
  const auto consumer = newConsumer(2);
  consumer->add({{.partition = {topic, 0}, .queue = 0}, {.partition = {topic, 1}, .queue = 1}});
  EXPECT_THAT(readRecords(*consumer, 1, 1).values(), ElementsAre("odd"));
  EXPECT_THAT(readRecords(*consumer, 1, 0).values(), ElementsAre("even"));
}

TEST_P(ConsumerContract, APartitionMovesToAnotherQueueWithoutLosingARecord) {
  const std::string topic = createTopic();
  std::vector<std::string> values;
  for (int i = 0; i < 200; ++i) values.push_back(std::to_string(i));
  produceValues(topic, values);
  const auto consumer = newConsumer(2);
  std::vector<std::string> seen;
  std::int64_t next = 0;
  for (std::uint64_t round = 0; seen.size() < values.size(); ++round) {
    const std::size_t queue = round % 2;
    consumer->add({{.partition = {topic, 0}, .offset = next, .queue = queue, .tag = round}});
    FetchBatch batch;
    ASSERT_TRUE(waitUntil([&] {
      consumer->poll(queue, 10, Milliseconds{100}, batch);
      return !batch.records.empty();
    }));
    consumer->remove({{topic, 0}});
    for (const FetchedRecord& record : batch.records) {
      EXPECT_EQ(record.tag, round);
      EXPECT_EQ(record.offset, next++);
      seen.emplace_back(record.value.value());
    }
  }
  EXPECT_EQ(seen, values);
}

TEST_P(ConsumerContract, NothingOfARemovedPartitionIsDelivered) {
  const std::string topic = createTopic();
  produceValues(topic, std::vector<std::string>(500, "old"));
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .tag = 1}});
  FetchBatch some;
  ASSERT_TRUE(waitUntil([&] {
    consumer->poll(0, 1, Milliseconds{100}, some);
    return !some.records.empty();
  }));
  consumer->remove({{topic, 0}});
  FetchBatch after;
  consumer->poll(0, 1000, Milliseconds{200}, after);
  EXPECT_THAT(after.records, SizeIs(0));
  EXPECT_EQ(some.records.at(0).value, "old") << "what had been delivered stays readable";
}

TEST_P(ConsumerContract, ARecordBearsTheTagOfTheAdditionItWasFetchedFor) {
  const std::string topic = createTopic();
  std::vector<std::string> values(2000, "x");
  produceValues(topic, values);
  const auto consumer = newConsumer();
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<std::uint64_t> newest{0};
  // Additions begin at offset 10 * tag, so a record tells whether it may bear its tag.
  std::thread poller{[&] {
    FetchBatch batch;
    std::map<std::uint64_t, std::int64_t> next;
    while (!stop) {
      batch.clear();
      consumer->poll(0, 50, Milliseconds{20}, batch);
      for (const FetchedRecord& record : batch.records) {
        const auto expected = next.try_emplace(record.tag, static_cast<std::int64_t>(10 * record.tag)).first;
        if (record.offset != expected->second++) ++wrong;
      }
      if (!batch.records.empty()) newest = batch.records.back().tag;
    }
  }};
  for (const std::uint64_t tag : {90, 3, 80, 4, 70, 5, 60, 6, 50, 7}) {
    consumer->add({{.partition = {topic, 0}, .offset = static_cast<std::int64_t>(10 * tag), .tag = tag}});
    EXPECT_TRUE(waitUntil([&] { return newest == tag; })) << tag;
    consumer->remove({{topic, 0}});
  }
  stop = true;
  consumer->wake(0);
  poller.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(ConsumerContract, APausedPartitionDeliversNothingAndGoesOnWhereItStopped) {
  const std::string topic = createTopic(2);
  std::vector<std::string> values;
  for (int i = 0; i < 300; ++i) values.push_back(std::to_string(i));
  produceValues(topic, values, 0);
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .tag = 1}, {.partition = {topic, 1}, .tag = 2}});
  FetchBatch first;
  ASSERT_TRUE(waitUntil([&] {
    consumer->poll(0, 100, Milliseconds{100}, first);
    return !first.records.empty();
  }));
  consumer->pause({{topic, 0}});
  produceValues(topic, {"other"}, 1);
  EXPECT_THAT(readRecords(*consumer, 1).values(), ElementsAre("other"));
  consumer->resume({{topic, 0}});
  std::vector<std::string> seen;
  for (const FetchedRecord& record : first.records) seen.emplace_back(record.value.value());
  for (const std::string& value : readRecords(*consumer, values.size() - seen.size()).values()) seen.push_back(value);
  EXPECT_EQ(seen, values);
}

TEST_P(ConsumerContract, APauseBeforeTheFirstRecordOfTheLatestLosesNothing) {
  const std::string topic = createTopic();
  produceValues(topic, {"before"});
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}, .offset = offset_latest}});
  consumer->pause({{topic, 0}});
  produceValues(topic, {"meanwhile"});
  consumer->resume({{topic, 0}});
  EXPECT_THAT(readRecords(*consumer, 1).values(), ElementsAre("meanwhile"));
}

TEST_P(ConsumerContract, APollEndsWithTheFirstRecordNotWithItsTimeout) {
  const std::string topic = createTopic();
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}}});
  std::thread later{[&] { produceValues(topic, {"a"}); }};
  FetchBatch batch;
  const auto begin = std::chrono::steady_clock::now();
  while (batch.records.empty() && std::chrono::steady_clock::now() - begin < timeout) {
    consumer->poll(0, 1000, timeout, batch);
  }
  later.join();
  EXPECT_THAT(batch.records, SizeIs(1));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, timeout / 2);
}

TEST_P(ConsumerContract, WakeEndsTheWait) {
  const std::string topic = createTopic();
  const auto consumer = newConsumer(2);
  std::atomic<bool> returned{false};
  std::thread waiter{[&] {
    FetchBatch batch;
    consumer->poll(1, 1000, std::chrono::minutes{5}, batch);
    returned = true;
  }};
  consumer->wake(0);
  EXPECT_FALSE(returned) << "another queue's wake is not ours";
  consumer->wake(1);
  EXPECT_TRUE(waitUntil([&] { return returned.load(); }, timeout));
  waiter.join();
}

TEST_P(ConsumerContract, OffsetsAreThoseOfTheLogAndPartitionsThatDoNotExistAreAbsent) {
  const std::string topic = createTopic(2);
  produceValues(topic, {"a", "b", "c"}, 1);
  const auto consumer = newConsumer();
  EXPECT_THAT(consumer->offsets({{topic, 0}, {topic, 1}, {topic, 9}}, timeout),
              ElementsAre(Pair(TopicPartition{topic, 0}, OffsetRange{0, 0}),
                          Pair(TopicPartition{topic, 1}, OffsetRange{0, 3})));
  EXPECT_THAT(consumer->offsets({}, timeout), IsEmpty());
}

TEST_P(ConsumerContract, WithoutACommitNothingIsCommitted) {
  const std::string topic = createTopic();
  const auto consumer = newConsumer(1, unique("group"));
  EXPECT_THAT(consumer->committed({{topic, 0}}, timeout), IsEmpty());
}

/// Two partitions of which everything waits in one queue, the second one ahead.
class ConsumerLanes : public ConsumerContract {
 protected:
  enum Tag : std::uint64_t { behind = 1, ahead = 2 };
  static constexpr std::size_t many = 2000;
  static constexpr std::size_t few = 60;

  void fetchAll(std::size_t of_behind, std::size_t of_ahead) {
    produceValues(topic, std::vector<std::string>(of_behind, "x"), 0);
    produceValues(topic, std::vector<std::string>(of_ahead, "x"), 1);
    consumer->add({{.partition = {topic, 0}, .tag = behind}, {.partition = {topic, 1}, .tag = ahead, .ahead = true}});
    waitUntilFetched(of_behind + of_ahead);
  }
  void waitUntilFetched(std::size_t records) {
    ASSERT_TRUE(waitUntil([&] { return consumer->queuedBytes() >= records * fetched_record_overhead; }, timeout));
  }
  /// The tags of the records that so many polls bring.
  std::vector<std::uint64_t> poll(int polls) {
    std::vector<std::uint64_t> tags;
    for (int i = 0; i < polls; ++i) {
      FetchBatch batch;
      consumer->poll(0, 100, timeout, batch);
      for (const FetchedRecord& record : batch.records) tags.push_back(record.tag);
    }
    return tags;
  }

  const std::string topic = createTopic(2);
  const std::unique_ptr<Consumer> consumer = newConsumer();
};

TEST_P(ConsumerLanes, WhatGoesAheadOvertakesWhatWaits) {
  fetchAll(many, few);
  EXPECT_EQ(std::ranges::count(poll(2), std::uint64_t{ahead}), few);
  EXPECT_THAT(readRecords(*consumer, many / 2).records, Each(Field("tag", &ReadRecord::tag, behind)));
}

TEST_P(ConsumerLanes, WhatGoesAheadKeepsNobodyWaitingForEver) {
  fetchAll(few, many);
  EXPECT_EQ(std::ranges::count(poll(4), std::uint64_t{behind}), few);
}

TEST_P(ConsumerLanes, AfterAPauseAPartitionGoesAheadAgain) {
  fetchAll(many, few);
  consumer->pause({{topic, 1}});
  EXPECT_THAT(poll(4), Each(behind));
  consumer->resume({{topic, 1}});
  waitUntilFetched(many - 400 + few);
  const auto tags = poll(4);
  EXPECT_EQ(std::ranges::count(tags, std::uint64_t{ahead}), few);
  EXPECT_EQ(tags.size(), 400U) << "others are there still";
}

TEST_P(ConsumerLanes, AreMeasuredEachByItself) {
  const std::string large(100'000, 'x');
  produceValues(topic, std::vector<std::string>(many, "x"), 0);
  produceValues(topic, std::vector<std::string>(20, large), 1);
  consumer->add({{.partition = {topic, 0}, .tag = behind}, {.partition = {topic, 1}, .tag = ahead, .ahead = true}});
  waitUntilFetched(many + 20);
  const auto tags = poll(1);
  EXPECT_EQ(std::ranges::count(tags, std::uint64_t{ahead}), 20);
  EXPECT_LT(consumer->queuedBytes(), many * (fetched_record_overhead + 100)) << "what is left is small";
}

TEST_P(ConsumerContract, MisuseIsNamed) {
  const std::string topic = createTopic();
  const auto consumer = newConsumer();
  consumer->add({{.partition = {topic, 0}}});
  const auto complaint = [](const std::function<void()>& misuse) {
    try {
      misuse();
    } catch (const Error& error) {
      return std::string{toString(error.kind())} + ": " + error.what();
    }
    return std::string{"no complaint"};
  };
  EXPECT_EQ(complaint([&] {
              consumer->add({{.partition = {topic, 0}}});
            }),
            "invalid_argument: " + topic + "-0 is being fetched already");
  EXPECT_EQ(complaint([&] {
              consumer->add({{.partition = {topic, 0}, .queue = 4}});
            }),
            "invalid_argument: there is no fetch queue 4, only 1");
  EXPECT_EQ(complaint([&] {
              (void)consumer->committed({{topic, 0}}, timeout);
            }),
            "invalid_argument: this consumer has no group to ask for committed offsets");
  consumer->remove({{topic, 0}, {topic, 5}});
  consumer->pause({{topic, 0}});
  consumer->resume({{topic, 0}});
}

}  // namespace widgetstream
