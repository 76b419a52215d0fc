// The embedded broker: a cluster inside this process.
#include "widgetstream/kafka/embedded_broker.hpp"

#include "tests/kafka/embedded_cluster.hpp"

namespace widgetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Pair;

constexpr Milliseconds timeout{10'000};

TEST(EmbeddedBrokerTest, ListensOnALoopbackPort) {
  EXPECT_THAT(sharedEmbeddedBroker().bootstrapServers(), MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
}

TEST(EmbeddedBrokerTest, TopicsAreMadeByTheBrokerAndByItsAdmin) {
  EmbeddedBroker& broker = sharedEmbeddedBroker();
  const auto admin = broker.clients()->admin({});
  broker.createTopic("made-here", 2);
  broker.createTopic("made-here", 7);
  admin->createTopics({{"made-there", 3, -1, {}}, {"made-here", 9, -1, {}}}, timeout);
  EXPECT_THAT(admin->partitionCounts({"made-here", "made-there", "not-made"}, timeout),
              ElementsAre(Pair("made-here", 2), Pair("made-there", 3)));
  EXPECT_THAT(admin->partitionCounts({"not-made"}, timeout), IsEmpty()) << "asking makes no topic";
}

TEST(EmbeddedBrokerTest, TellsThatItCannotDeleteATopic) {
  const auto admin = sharedEmbeddedBroker().clients()->admin({});
  admin->deleteTopics({}, timeout);
  EXPECT_THROW(admin->deleteTopics({"made-here"}, timeout), Error);
}

TEST(EmbeddedBrokerTest, LivesAsLongAsItsClients) {
  std::shared_ptr<KafkaClients> clients;
  {
    EmbeddedBroker broker;
    broker.createTopic("orders", 1);
    clients = broker.clients();
  }
  EXPECT_THAT(clients->admin({})->partitionCounts({"orders"}, timeout), ElementsAre(Pair("orders", 1)));
}

}  // namespace
}  // namespace widgetstream
