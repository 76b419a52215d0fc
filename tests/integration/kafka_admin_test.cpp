// Administration of a real cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/librdkafka/group_wire.hpp"
#include "kafka/librdkafka/plain_connection.hpp"
#include "kafka/librdkafka/wire_format.hpp"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr Milliseconds timeout{20'000};

class KafkaAdmin : public ::testing::Test {
 protected:
  std::shared_ptr<KafkaClients> clients =
      librdkafkaClients({{"bootstrap.servers", sharedKafkaBroker().bootstrapServers()}}, {});
  std::unique_ptr<Admin> admin = clients->admin({});
};

TEST_F(KafkaAdmin, CreatesTopicsThatCanBeUsedAtOnceAndLeavesExistingOnes) {
  admin->createTopics({{"admin-a", 2, -1, {{"cleanup.policy", "compact"}}}, {"admin-b", 3, 1, {}}}, timeout);
  admin->createTopics({{"admin-a", 7, -1, {}}}, timeout);
  EXPECT_THAT(admin->partitionCounts({"admin-a", "admin-b", "admin-none"}, timeout),
              ElementsAre(Pair("admin-a", 2), Pair("admin-b", 3)));
  EXPECT_THAT(admin->partitionCounts({"admin-none"}, timeout), IsEmpty()) << "asking makes no topic";
}

TEST_F(KafkaAdmin, SaysWhichTopicARefusalIsAbout) {
  try {
    admin->createTopics({{"admin-bad", 1, -1, {{"cleanup.policy", "nonsense"}}}}, timeout);
    ADD_FAILURE() << "it was created";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::fatal);
    EXPECT_THAT(error.what(), HasSubstr("admin-bad"));
    EXPECT_THAT(error.what(), HasSubstr("nonsense"));
  }
}

TEST_F(KafkaAdmin, DeletesTopics) {
  admin->createTopics({{"admin-gone", 1, -1, {}}}, timeout);
  admin->deleteTopics({"admin-gone", "admin-never-there"}, timeout);
  EXPECT_TRUE(waitUntil([&] { return admin->partitionCounts({"admin-gone"}, timeout).empty(); }));
}

TEST_F(KafkaAdmin, OfAClusterThatIsAwayIsRetriable) {
  const auto away = librdkafkaClients({{"bootstrap.servers", "127.0.0.1:1"}}, {})->admin({});
  for (const auto& request : std::vector<std::function<void()>>{
           [&] { (void)away->partitionCounts({"x"}, Milliseconds{300}); },
           [&] {
             away->createTopics({{"x", 1, -1, {}}}, Milliseconds{300});
           },
           [&] { away->deleteTopics({"x"}, Milliseconds{300}); },
           [&] {
             away->deleteRecords({{{"x", 0}, 1}}, Milliseconds{300});
           },
           [&] { away->removeMember("group", "member", Milliseconds{300}); },
       }) {
    try {
      request();
      ADD_FAILURE() << "it was answered";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::retriable) << error.what();
    }
  }
}

/// Joins a group as its only member, by hand, and is never heard of again: a process that was killed.
std::string joinAndFallSilent(const std::string& group, const std::string& topic, Milliseconds session) {
  using rdkafka::WireReader;
  using rdkafka::WireWriter;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto broker = rdkafka::parseBootstrapServers(sharedKafkaBroker().bootstrapServers()).at(0);
  rdkafka::PlainConnection connection{broker, deadline};
  const std::string subscription = WireWriter{}.int16(0).int32(1).text(topic).int32(-1).bytes();
  WireWriter join;
  join.text(group).int32(static_cast<std::int32_t>(session.count())).int32(5000).text("").text("consumer");
  join.int32(1).text("range").int32(static_cast<std::int32_t>(subscription.size())).raw(subscription);
  std::string answer;
  EXPECT_TRUE(waitUntil([&] {
    answer = connection.call(11, 2, join.bytes(), deadline);
    const std::int16_t code = (WireReader{answer}.int32(), WireReader{std::string_view{answer}.substr(4)}.int16());
    return code == 0;  // the coordinator of the first group takes a moment
  }));
  WireReader reader{answer};
  (void)reader.int32();  // throttle time
  (void)reader.int16();  // error
  const std::int32_t generation = reader.int32();
  (void)reader.text();  // protocol
  (void)reader.text();  // leader
  const std::string member = reader.text();
  const std::string assignment = WireWriter{}.int16(0).int32(1).text(topic).int32(1).int32(0).int32(-1).bytes();
  WireWriter sync;
  sync.text(group).int32(generation).text(member).int32(1).text(member);
  sync.int32(static_cast<std::int32_t>(assignment.size())).raw(assignment);
  (void)connection.call(14, 1, sync.bytes(), deadline);
  return member;
}

TEST_F(KafkaAdmin, RemovingADeadMemberSparesItsSuccessorTheSession) {
  admin->createTopics({{"admin-dead", 1, -1, {}}}, timeout);
  (void)clients
      ->consumer([] {
        ConsumerSettings settings;
        settings.group = "admin-dead-group";
        return settings;
      }())
      ->committed({{"admin-dead", 0}}, timeout);  // the coordinator is there now
  const std::string dead = joinAndFallSilent("admin-dead-group", "admin-dead", std::chrono::minutes{2});
  MembershipSettings settings;
  settings.group = "admin-dead-group";
  settings.process_id = "successor";
  const auto successor = clients->membership(settings);
  successor->join({"admin-dead"});
  std::optional<MembershipEvent> event;
  ASSERT_TRUE(waitUntil([&] {
    EXPECT_EQ(successor->poll(Milliseconds{5}), std::nullopt) << "the dead one's session lasts";
    return successor->joinSent();
  }));
  admin->removeMember("admin-dead-group", dead, timeout);
  ASSERT_TRUE(waitUntil([&] { return (event = successor->poll(Milliseconds{50})).has_value(); }));
  EXPECT_EQ(event->kind, MembershipEvent::Kind::assigned);
  EXPECT_THAT(event->partitions, SizeIs(1));
  successor->acknowledge();
}

}  // namespace
}  // namespace widgetstream
