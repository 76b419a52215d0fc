// A properties file of Java Kafka Streams: every name in it gets an answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "widgetstream/core/error.hpp"
#include "widgetstream/runtime/streams_config.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

std::string refusalOf(const std::map<std::string, std::string>& properties) {
  try {
    (void)StreamsConfig::fromProperties(properties);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "not refused";
}

TEST(JavaSettings, TakesAPropertiesFileOfJavasWhoseSettingsAskForWhatHappensAnyway) {
  const auto config = StreamsConfig::fromProperties(
      {{"application.server", ""},
       {"built.in.metrics.version", "latest"},
       {"default.timestamp.extractor", "org.apache.kafka.streams.processor.FailOnInvalidTimestamp"},
       {"group.protocol", "CLASSIC"},
       {"processor.wrapper.class", "org.apache.kafka.streams.processor.internals.NoOpProcessorWrapper"},
       {"upgrade.from", "4.2"},
       {"consumer.group.protocol", "classic"},
       {"producer.partitioner.ignore.keys", "false"}});
  EXPECT_THAT(config.without_effect, IsEmpty());
  EXPECT_THAT(config.client_properties, IsEmpty());
}

TEST(JavaSettings, TakesSettingsOfJavasThatNoResultDependsOnAndKeepsTheReason) {
  const auto config = StreamsConfig::fromProperties({{"max.warmup.replicas", "3"},
                                                     {"enable.metrics.push", "true"},
                                                     {"max.poll.records", "2000"},
                                                     {"producer.buffer.memory", "1000000"},
                                                     {"main.consumer.sasl.login.refresh.buffer.seconds", "5"}});
  EXPECT_THAT(config.without_effect,
              ElementsAre(Pair("enable.metrics.push", HasSubstr("KIP-714")),
                          Pair("main.consumer.sasl.login.refresh.buffer.seconds", HasSubstr("librdkafka")),
                          Pair("max.poll.records", HasSubstr("buffered.records.per.partition")),
                          Pair("max.warmup.replicas", HasSubstr("standbys")),
                          Pair("producer.buffer.memory", HasSubstr("queue.buffering.max.kbytes"))));
}

TEST(JavaSettings, RefusesSettingsOfJavasThatWouldNotHappenAndSaysWhatToDoInstead) {
  EXPECT_THAT(refusalOf({{"upgrade.from", "3.4"}}), AllOf(HasSubstr("'upgrade.from'"), HasSubstr("3.5 or later")));
  EXPECT_THAT(refusalOf({{"default.key.serde", "org.apache.kafka.common.serialization.Serdes$StringSerde"}}),
              HasSubstr("Consumed, Produced, Grouped or Materialized"));
  EXPECT_THAT(refusalOf({{"rocksdb.config.setter", "com.example.Setter"}}), HasSubstr("RocksDbOptions"));
  EXPECT_THAT(refusalOf({{"producer.partitioner.class", "com.example.P"}}), HasSubstr("Produced"));
  EXPECT_THAT(refusalOf({{"ssl.truststore.location", "/etc/trust.jks"}}), HasSubstr("ssl.ca.location"));
  EXPECT_THAT(refusalOf({{"sasl.jaas.config", "module required password=\"hunter2\";"}}),
              AllOf(HasSubstr("sasl.username"), Not(HasSubstr("hunter2"))));
}

TEST(JavaSettings, TakesJavasCertificatesInTheFormOfPem) {
  const auto config = StreamsConfig::fromProperties(
      {{"ssl.keystore.key", "KEY"}, {"ssl.keystore.certificate.chain", "MINE"}, {"ssl.truststore.certificates", "THEIRS"}});
  EXPECT_THAT(config.client_properties,
              ElementsAre(Pair("ssl.ca.pem", "THEIRS"), Pair("ssl.certificate.pem", "MINE"), Pair("ssl.key.pem", "KEY")));
}

// data/java-settings.txt: every name of Java 4.3's StreamsConfig, ConsumerConfig, ProducerConfig and AdminClientConfig,
// but for the consumer's `internal.` ones.
TEST(JavaSettings, NoNameOfJavasIsTakenForASpellingMistake) {
  std::ifstream file{std::string{WIDGETSTREAM_TEST_DIR} + "/runtime/data/java-settings.txt"};
  int names = 0;
  for (std::string name; std::getline(file, name); ++names) {
    EXPECT_THAT(refusalOf({{name, "some.Value"}}), Not(HasSubstr("unknown setting")));
  }
  EXPECT_GT(names, 190);
}

}  // namespace
}  // namespace widgetstream
