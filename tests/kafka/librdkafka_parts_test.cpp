// The parts that librdkafka's clients are made of: properties, errors, formats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/librdkafka/errors.hpp"
#include "kafka/librdkafka/group_identity.hpp"
#include "kafka/librdkafka/group_wire.hpp"
#include "kafka/librdkafka/handles.hpp"
#include "kafka/librdkafka/problem_filter.hpp"
#include "kafka/librdkafka/redactor.hpp"
#include "widgetstream/kafka/clients.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string complaintAbout(const ClientProperties& properties) {
  try {
    (void)librdkafkaClients(properties, {})->producer({});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "no complaint";
}

TEST(Properties, AnUnknownOneIsNamed) {
  EXPECT_THAT(complaintAbout({{"bootstrap.servers", "localhost:1"}, {"lingre.ms", "5"}}),
              AllOf(HasSubstr("lingre.ms"), HasSubstr("\"5\""), HasSubstr("No such configuration property")));
}

TEST(Properties, AValueThatDoesNotFitIsNamedWithTheReason) {
  EXPECT_THAT(complaintAbout({{"bootstrap.servers", "localhost:1"}, {"linger.ms", "soon"}}),
              AllOf(HasSubstr("linger.ms"), HasSubstr("\"soon\""), HasSubstr("Invalid value")));
}

TEST(Properties, ASecretIsNeverShown) {
  EXPECT_THAT(complaintAbout({{"bootstrap.servers", "localhost:1"}, {"sasl.oauthbearer.method", "MY SECRET"}}),
              AllOf(HasSubstr("sasl.oauthbearer.method"), HasSubstr("[redacted]"), Not(HasSubstr("MY SECRET"))));
  EXPECT_THAT(
      complaintAbout(
          {{"bootstrap.servers", "localhost:1"}, {"security.protocol", "ssl"}, {"ssl.key.pem", "-----MY KEY-----"}}),
      AllOf(HasSubstr("ssl.key.pem"), Not(HasSubstr("MY KEY"))));
}

TEST(Properties, ThatDoNotGoTogetherAreRefused) {
  EXPECT_THAT(complaintAbout({{"bootstrap.servers", "localhost:1"}, {"enable.idempotence", "true"}, {"acks", "0"}}),
              HasSubstr("acks"));
}

/// librdkafka frees what it refuses once too often when a client has interceptors, as producers and members have.
TEST(Properties, AreRefusedByEachKindOfClientWithoutHarm) {
  const auto clients = librdkafkaClients({{"bootstrap.servers", "localhost:1"}, {"security.protocol", "ssl"},
                                          {"ssl.key.pem", "no key"}}, {});
  EXPECT_THROW((void)clients->producer({}), Error);
  EXPECT_THROW((void)clients->membership({.group = "g", .process_id = "p", .group_instance_id = {}, .properties = {}}),
               Error);
  EXPECT_THROW((void)clients->consumer({}), Error);
}

TEST(Properties, WithoutBrokersThereIsNoClient) {
  EXPECT_THAT(complaintAbout({}), HasSubstr("bootstrap.servers"));
}

TEST(Properties, AGroupNeedsAName) {
  EXPECT_THROW((void)librdkafkaClients({{"bootstrap.servers", "localhost:1"}}, {})->membership({}), Error);
}

TEST(Properties, LibrdkafkaKnowsItsOwn) {
  EXPECT_TRUE(isLibrdkafkaProperty("bootstrap.servers"));
  EXPECT_TRUE(isLibrdkafkaProperty("linger.ms"));
  EXPECT_TRUE(isLibrdkafkaProperty("partitioner"));
  EXPECT_TRUE(isLibrdkafkaProperty("sasl.password"));
  EXPECT_FALSE(isLibrdkafkaProperty("application.id"));
  EXPECT_FALSE(isLibrdkafkaProperty(""));
}

TEST(Properties, WhatTheLibraryReliesOnIsOverruledWithAWord) {
  std::string line;
  const LogSink sink = [&](const LogEntry& entry) {
    if (entry.message != "a Kafka client property is overruled") return;
    for (const auto& [name, value] : entry.fields) line += std::string{name} + '=' + value + ' ';
  };
  (void)librdkafkaClients({{"bootstrap.servers", "localhost:1"}, {"partitioner", "random"}}, sink)->producer({});
  EXPECT_EQ(line, "property=partitioner wished=random used=murmur2_random ");
}

TEST(Log, LinesOfLibrdkafkaComeFromTheRoomKafkaWithoutSecrets) {
  std::mutex mutex;
  std::vector<std::string> lines;
  const LogSink sink = [&](const LogEntry& entry) {
    const std::lock_guard lock{mutex};
    EXPECT_EQ(entry.room, "kafka");
    lines.push_back(std::string{entry.message});
  };
  (void)librdkafkaClients(
      {{"bootstrap.servers", "s3cret-host.invalid:1"}, {"ssl.key.password", "s3cret"}, {"debug", "conf,broker"}}, sink)
      ->producer({});
  const std::lock_guard lock{mutex};
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("[redacted]-host.invalid")));
  EXPECT_THAT(lines, ::testing::Each(Not(HasSubstr("s3cret"))));
}

TEST(Secrets, AreKnownByTheirNames) {
  for (const char* name : {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "ssl.ca.pem",
                           "sasl.oauthbearer.config", "sasl.oauthbearer.client.secret", "SSL.KEY.PEM"}) {
    EXPECT_TRUE(rdkafka::isSecret(name)) << name;
  }
  for (const char* name : {"bootstrap.servers", "client.id", "ssl.ca.location", "security.protocol"}) {
    EXPECT_FALSE(rdkafka::isSecret(name)) << name;
  }
}

TEST(Errors, AskOfTheCallerWhatTheyMean) {
  using rdkafka::kindOf;
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR__TRANSPORT), ErrorKind::retriable);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR__TIMED_OUT), ErrorKind::retriable);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS), ErrorKind::retriable);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_NOT_COORDINATOR), ErrorKind::retriable);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID), ErrorKind::task_migrated);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION), ErrorKind::task_migrated);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID), ErrorKind::task_migrated);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE), ErrorKind::bad_record);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), ErrorKind::fatal);
  EXPECT_EQ(kindOf(RD_KAFKA_RESP_ERR__AUTHENTICATION), ErrorKind::fatal);
}

TEST(Errors, SayWhatFailedAndWhy) {
  try {
    rdkafka::throwIfFailed(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking for topic orders");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::retriable);
    EXPECT_STREQ(error.what(), "asking for topic orders failed with _TIMED_OUT: Local: Timed out");
  }
  rdkafka::throwIfFailed(RD_KAFKA_RESP_ERR_NO_ERROR, "nothing");
}

TEST(GroupIdentity, IsReadAsLibrdkafkaWritesIt) {
  const rdkafka::GroupMetadataHandle metadata{
      rd_kafka_consumer_group_metadata_new_with_genid("orders", 17, "process-1234", nullptr)};
  void* buffer = nullptr;
  std::size_t size = 0;
  ASSERT_EQ(rd_kafka_consumer_group_metadata_write(metadata.get(), &buffer, &size), nullptr);
  const GroupMetadata identity = rdkafka::parseGroupMetadata({static_cast<const char*>(buffer), size});
  rd_kafka_mem_free(nullptr, buffer);
  EXPECT_EQ(identity, (GroupMetadata{"process-1234", 17}));
}

TEST(GroupIdentity, AnotherFormatIsRefusedNotMisread) {
  EXPECT_THROW((void)rdkafka::parseGroupMetadata("CGMDv3:0000orders"), Error);
  EXPECT_THROW((void)rdkafka::parseGroupMetadata("CGMDv2:"), Error);
  EXPECT_THROW((void)rdkafka::parseGroupMetadata(""), Error);
}

TEST(BootstrapServers, AreReadInAllTheirForms) {
  using rdkafka::BrokerAddress;
  EXPECT_THAT(rdkafka::parseBootstrapServers("a:1, b ,PLAINTEXT://c:3,[::1]:4,[::1],"),
              ElementsAre(BrokerAddress{"a", "1"}, BrokerAddress{"b", "9092"}, BrokerAddress{"c", "3"},
                          BrokerAddress{"::1", "4"}, BrokerAddress{"::1", "9092"}));
}

TEST(LeaveGroup, OfAClusterThatIsAwayIsRetriableAndInTime) {
  const auto begin = std::chrono::steady_clock::now();
  try {
    rdkafka::leaveGroupFor({{"127.0.0.1", "1"}}, "group", "member", begin + Milliseconds{200});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::retriable);
    EXPECT_THAT(error.what(), HasSubstr("127.0.0.1:1"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Milliseconds{5000});
}

TEST(Problems, AreNewsOnce) {
  rdkafka::ProblemFilter problems;
  EXPECT_TRUE(problems.isNews(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "topic a"));
  EXPECT_FALSE(problems.isNews(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "topic a"));
  EXPECT_TRUE(problems.isNews(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "topic b"));
  EXPECT_TRUE(problems.isNews(RD_KAFKA_RESP_ERR__TRANSPORT, "refused, 1 identical error suppressed"));
  EXPECT_FALSE(problems.isNews(RD_KAFKA_RESP_ERR__TRANSPORT, "refused, 2 identical errors suppressed"));
  problems.forget();
  EXPECT_TRUE(problems.isNews(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "topic a"));
}

}  // namespace
}  // namespace widgetstream
