// What the clients do while their broker is away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {
namespace {

constexpr Milliseconds timeout{30'000};

class KafkaOutage : public ::testing::Test {
 protected:
  KafkaOutage() { clients->admin({})->createTopics({{"outage", 1, -1, {}}}, timeout); }

  void send(Producer& producer, int first, int last) {
    for (int i = first; i < last; ++i) {
      const std::string value = std::to_string(i);
      ASSERT_TRUE(producer.send(producer.topic("outage"), {0, std::nullopt, value, no_timestamp, nullptr}, channel));
    }
  }

  KafkaBroker broker;
  std::shared_ptr<KafkaClients> clients = librdkafkaClients({{"bootstrap.servers", broker.bootstrapServers()}}, {});
  Deliveries deliveries;
  DeliveryChannel channel{deliveries};
};

TEST_F(KafkaOutage, RecordsArriveOnceAndInOrderOverARestart) {
  const auto producer = clients->producer({});
  const auto consumer = clients->consumer({});
  consumer->add({{{"outage", 0}, offset_earliest, 0, 1}});
  send(*producer, 0, 100);
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  broker.kill();
  send(*producer, 100, 200);
  EXPECT_FALSE(producer->flush(deliveries, Milliseconds{200})) << "the broker is away";
  broker.start();
  ASSERT_TRUE(producer->flush(deliveries, timeout));
  EXPECT_FALSE(deliveries.anyFailed());
  std::vector<std::string> values;
  EXPECT_TRUE(waitUntil(
      [&] {
        FetchBatch batch;
        consumer->poll(0, 1000, Milliseconds{50}, batch);
        for (const FetchedRecord& record : batch.records) values.emplace_back(record.value.value());
        return values.size() >= 200;
      },
      timeout));
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(values, expected);
}

TEST_F(KafkaOutage, CommitsAndQuestionsAreRetriableAndAMemberLeavesInTime) {
  MembershipSettings settings;
  settings.group = "outage-group";
  const auto member = clients->membership(settings);
  member->join({"outage"});
  std::optional<MembershipEvent> event;
  ASSERT_TRUE(waitUntil([&] { return (event = member->poll(Milliseconds{50})).has_value(); }, timeout));
  member->acknowledge();
  ConsumerSettings of_group;
  of_group.group = "outage-group";
  const auto consumer = clients->consumer(of_group);
  broker.kill();
  EXPECT_EQ(member->commit({{{"outage", 0}, {1, ""}}}, event->metadata, Milliseconds{500}), CommitOutcome::retriable);
  EXPECT_THROW((void)consumer->committed({{"outage", 0}}, Milliseconds{300}), Error);
  EXPECT_THROW((void)consumer->offsets({{"outage", 0}}, Milliseconds{300}), Error);
  const auto begin = std::chrono::steady_clock::now();
  member->leave(Milliseconds{2000});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Milliseconds{4000});
}

}  // namespace
}  // namespace widgetstream
