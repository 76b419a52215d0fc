// tests/integration/servers_test.cpp — the real servers that the other integration tests stand on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/mongo_server.hpp"

namespace widgetstream {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(Servers, KafkaGivesBackWhatWasProduced) {
  KafkaClient client{sharedKafkaBroker().bootstrapServers()};
  client.createTopic("greetings", 2, {{"cleanup.policy", "compact"}});
  client.produce("greetings", {{.key = "Fred",
                                .value = "hello",
                                .headers = {{"from", "a test"}, {"empty", std::nullopt}},
                                .timestamp_ms = 1'234,
                                .partition = 1},
                               {.key = "Fred", .value = std::nullopt, .headers = {}, .partition = 1}});

  const auto records = client.consumeAll("greetings");
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].key, "Fred");
  EXPECT_EQ(records[0].value, "hello");
  EXPECT_EQ(records[0].timestamp_ms, 1'234);
  EXPECT_EQ(records[0].partition, 1);
  EXPECT_EQ(records[0].offset, 0);
  EXPECT_THAT(records[0].headers, ElementsAre(Pair("from", "a test"), Pair("empty", std::nullopt)));
  EXPECT_EQ(records[1].value, std::nullopt);
  EXPECT_THAT(client.topicConfigs("greetings"), Contains(Pair("cleanup.policy", "compact")));
}

TEST(Servers, KafkaMakesNoTopicUnasked) {
  KafkaClient client{sharedKafkaBroker().bootstrapServers(), {{"message.timeout.ms", "5000"}}};
  EXPECT_THROW(client.produce("never-made", "key", "value"), std::runtime_error);
}

TEST(Servers, ADeletedTopicIsGone) {
  KafkaClient client{sharedKafkaBroker().bootstrapServers()};
  client.createTopic("short-lived");
  client.deleteTopic("short-lived");
  EXPECT_EQ(client.topics().count("short-lived"), 0);
}

TEST(Servers, KafkaKeepsItsRecordsAndItsAddressOverAKillAndARestart) {
  KafkaBroker broker;
  KafkaClient client{broker.bootstrapServers()};
  client.createTopic("kept");
  client.produce("kept", "key", "before the kill");
  broker.kill();
  EXPECT_EQ(client.brokerCount(std::chrono::milliseconds{300}), 0);
  broker.start();
  client.produce("kept", "key", "before the restart");
  broker.restart();
  client.produce("kept", "key", "after both");
  EXPECT_THAT(client.consumeAll("kept"), SizeIs(3));
}

TEST(Servers, MongoKeepsItsDocumentsAndItsAddressOverARestart) {
  MongoServer server;
  MongoTestClient client{server.uri()};
  client.insert("widgets", "orders", R"({"_id":"a","customerId":"Fred"})");
  client.insert("widgets", "orders", R"({"_id":"b","customerId":"Wilma"})");
  server.stop();
  EXPECT_FALSE(client.ping());
  server.start();
  EXPECT_THAT(client.find("widgets", "orders", R"({"customerId":"Fred"})"), ElementsAre(HasSubstr(R"("a")")));
  EXPECT_EQ(client.count("widgets", "orders"), 2);
}

TEST(Servers, AProcessTellsItsOutputAndHowItEnded) {
  const TempDir directory;
  Process greeting{{.command = {"sh", "-c", "echo hello $NAME; exit 3"},
                    .output = directory.path() / "log",
                    .environment = {{"NAME", "Fred"}}}};
  EXPECT_EQ(greeting.wait(), (ProcessExit{.code = 3, .signal = 0}));
  EXPECT_EQ(greeting.output(), "hello Fred\n");

  Process sleeper{{.command = {"sleep", "600"}, .output = directory.path() / "log"}};
  EXPECT_TRUE(sleeper.running());
  EXPECT_EQ(sleeper.end(SIGTERM), (ProcessExit{.code = -1, .signal = SIGTERM}));
  EXPECT_THROW((Process{{.command = {"no-such-program"}, .output = directory.path() / "log"}}), std::system_error);
}

}  // namespace
}  // namespace widgetstream
