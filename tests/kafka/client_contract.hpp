#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/wait.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {

/// A cluster for the contract suites: tests/kafka runs them against the embedded broker, tests/integration against a
/// real one.
struct ClusterUnderTest {
  std::string name;
  std::function<std::shared_ptr<KafkaClients>()> clients;
};

inline void PrintTo(const ClusterUnderTest& cluster, std::ostream* out) {
  *out << cluster.name;
}

/// A record as it was fetched, free of the client's memory.
struct ReadRecord {
  std::uint64_t tag = 0;
  std::int64_t offset = -1;
  Timestamp timestamp;
  NullableBytes key;
  NullableBytes value;
  Headers headers;
};

/// What polling a queue brought.
struct ReadBatch {
  std::vector<ReadRecord> records;
  std::vector<FetchEvent> events;

  [[nodiscard]] std::vector<std::string> values() const {
    std::vector<std::string> all;
    for (const ReadRecord& record : records) all.push_back(record.value.value_or("null"));
    return all;
  }
};

class ClientContract : public ::testing::TestWithParam<ClusterUnderTest> {
 protected:
  /// A name that no other test uses.
  static std::string unique(const std::string& prefix) {
    static std::atomic<int> last{0};
    return prefix + '-' + std::to_string(++last);
  }

  std::string createTopic(std::int32_t partitions = 1) {
    const std::string name = unique("topic");
    // Tests write old timestamps, which a broker would take for a reason to delete.
    admin().createTopics({TopicSpec{name, partitions, -1, {{"retention.ms", "-1"}}}}, timeout);
    return name;
  }

  Admin& admin() {
    if (!admin_) admin_ = clients->admin({});
    return *admin_;
  }

  std::unique_ptr<Consumer> newConsumer(std::size_t queues = 1, const std::string& group = "") {
    ConsumerSettings settings;
    settings.queues = queues;
    settings.group = group;
    return clients->consumer(settings);
  }

  /// Sends records and waits until they have arrived.
  void produce(const std::string& topic, const std::vector<OutgoingRecord>& records) {
    if (!producer_) producer_ = clients->producer({});
    Deliveries deliveries;
    DeliveryChannel channel{deliveries};
    for (const OutgoingRecord& record : records) ASSERT_TRUE(producer_->send(producer_->topic(topic), record, channel));
    ASSERT_TRUE(producer_->flush(deliveries, timeout));
    ASSERT_FALSE(deliveries.anyFailed());
  }

  void produceValues(const std::string& topic, const std::vector<std::string>& values, std::int32_t partition = 0) {
    std::vector<OutgoingRecord> records;
    for (const std::string& value : values) records.push_back({partition, std::nullopt, value, no_timestamp, nullptr});
    produce(topic, records);
  }

  /// Sends a record of that time; its value is the time in milliseconds.
  void produceAt(const std::string& topic, std::int32_t partition, Timestamp time) {
    const std::string value = std::to_string(toMillis(time));
    produce(topic, {{partition, std::nullopt, value, time, nullptr}});
  }

  /// Polls a queue until `enough` says so; fails the test after a while.
  ReadBatch read(Consumer& consumer, std::size_t queue, const std::function<bool(const ReadBatch&)>& enough) {
    ReadBatch all;
    const bool came = waitUntil(
        [&] {
          FetchBatch batch;
          consumer.poll(queue, 1000, Milliseconds{20}, batch);
          for (const FetchedRecord& record : batch.records) all.records.push_back(copyOf(record));
          for (const FetchEvent& event : batch.events) all.events.push_back(event);
          return enough(all);
        },
        timeout);
    EXPECT_TRUE(came) << all.records.size() << " records and " << all.events.size() << " events came";
    return all;
  }

  ReadBatch readRecords(Consumer& consumer, std::size_t count, std::size_t queue = 0) {
    return read(consumer, queue, [count](const ReadBatch& batch) { return batch.records.size() >= count; });
  }

  static ReadRecord copyOf(const FetchedRecord& record) {
    ReadRecord copy{record.tag, record.offset, record.timestamp, {}, {}, {}};
    if (record.key) copy.key = Bytes{*record.key};
    if (record.value) copy.value = Bytes{*record.value};
    record.headers(copy.headers);
    return copy;
  }

  static constexpr Milliseconds timeout{20'000};
  std::shared_ptr<KafkaClients> clients = GetParam().clients();

 private:
  std::unique_ptr<Admin> admin_;
  std::unique_ptr<Producer> producer_;
};

inline std::string nameOfCluster(const ::testing::TestParamInfo<ClusterUnderTest>& info) {
  return info.param.name;
}

}  // namespace widgetstream
