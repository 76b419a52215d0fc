// Settings under the names of Kafka Streams and librdkafka.

#include "widgetstream/runtime/streams_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "widgetstream/core/error.hpp"

namespace widgetstream {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

std::string refusalOf(const std::map<std::string, std::string>& properties) {
  try {
    StreamsConfig::fromProperties(properties).validate();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_config);
    return error.what();
  }
  return "not refused";
}

TEST(StreamsConfig, HasTheDefaultsOfKafkaStreams) {
  const StreamsConfig config;
  EXPECT_EQ(config.commit_interval, Milliseconds{30'000});
  EXPECT_EQ(config.cache_max_bytes, 10U << 20);
  EXPECT_EQ(config.num_stream_threads, 1);
  EXPECT_EQ(config.max_task_idle, Milliseconds{0});
  EXPECT_EQ(config.buffered_records_per_partition, 1000U);
  EXPECT_EQ(config.replication_factor, -1);
  EXPECT_EQ(config.repartition_purge_interval, Milliseconds{30'000});
  EXPECT_EQ(config.window_changelog_additional_retention, Milliseconds{86'400'000});
  EXPECT_EQ(config.auto_offset_reset, AutoOffsetReset::earliest);
}

TEST(StreamsConfig, ReadsTheNamesOfKafkaStreams) {
  const StreamsConfig config = StreamsConfig::fromProperties({{"application.id", "orders"},
                                                              {"bootstrap.servers", "h:1,h:2"},
                                                              {"state.dir", "/var/lib/orders"},
                                                              {"num.stream.threads", "4"},
                                                              {"commit.interval.ms", "250"},
                                                              {"statestore.cache.max.bytes", "0"},
                                                              {"max.task.idle.ms", "-1"},
                                                              {"auto.offset.reset", "latest"},
                                                              {"replication.factor", "3"},
                                                              {"errors.dead.letter.queue.topic.name", "dlq"},
                                                              {"topic.segment.bytes", "1000"}});
  EXPECT_EQ(config.application_id, "orders");
  EXPECT_EQ(config.bootstrap_servers, "h:1,h:2");
  EXPECT_EQ(config.state_dir, "/var/lib/orders");
  EXPECT_EQ(config.num_stream_threads, 4);
  EXPECT_EQ(config.commit_interval, Milliseconds{250});
  EXPECT_EQ(config.cache_max_bytes, 0U);
  EXPECT_EQ(config.max_task_idle, Milliseconds{-1});
  EXPECT_EQ(config.auto_offset_reset, AutoOffsetReset::latest);
  EXPECT_EQ(config.replication_factor, 3);
  EXPECT_EQ(config.dead_letter_queue_topic, "dlq");
  EXPECT_THAT(config.topic_configs, ElementsAre(Pair("segment.bytes", "1000")));
}

TEST(StreamsConfig, ReadsHandlersByWordAndByJavasClassNames) {
  const RecordContext at;
  const ErrorContext where{{}, "node", at, {}, {}};
  for (const auto& [value, action] : std::map<std::string, ErrorAction>{
           {"continue", ErrorAction::skip},
           {"dead-letter", ErrorAction::dead_letter},
           {"retry", ErrorAction::retry},
           {"org.apache.kafka.streams.errors.LogAndFailExceptionHandler", ErrorAction::fail},
           {"org.apache.kafka.streams.errors.LogAndContinueExceptionHandler", ErrorAction::skip}}) {
    const auto config = StreamsConfig::fromProperties({{"deserialization.exception.handler", value}});
    EXPECT_EQ(config.deserialization_exception_handler(where, nullptr, ""), action) << value;
  }
}

TEST(StreamsConfig, PassesTheNamesOfLibrdkafkaToTheClients) {
  const auto config = StreamsConfig::fromProperties({{"security.protocol", "ssl"},
                                                     {"consumer.fetch.wait.max.ms", "5"},
                                                     {"producer.linger.ms", "1"},
                                                     {"admin.socket.timeout.ms", "999"}});
  EXPECT_THAT(config.client_properties, ElementsAre(Pair("security.protocol", "ssl")));
  EXPECT_THAT(config.consumer_properties, ElementsAre(Pair("fetch.wait.max.ms", "5")));
  EXPECT_THAT(config.producer_properties, ElementsAre(Pair("linger.ms", "1")));
  EXPECT_THAT(config.admin_properties, ElementsAre(Pair("socket.timeout.ms", "999")));
}

TEST(StreamsConfig, TakesTheNamesOfJavasClientsWhereTheirMeaningIsTheSame) {
  const auto config = StreamsConfig::fromProperties(
      {{"receive.buffer.bytes", "65536"}, {"consumer.fetch.max.wait.ms", "7"}, {"producer.max.request.size", "99999"}});
  EXPECT_THAT(config.client_properties, ElementsAre(Pair("socket.receive.buffer.bytes", "65536")));
  EXPECT_THAT(config.consumer_properties, ElementsAre(Pair("fetch.wait.max.ms", "7")));
  EXPECT_THAT(config.producer_properties, ElementsAre(Pair("message.max.bytes", "99999")));
}

TEST(StreamsConfig, TheMainConsumersSettingsAreStrongerThanTheRestoreConsumersAndThoseThanAllConsumers) {
  const auto config = StreamsConfig::fromProperties({{"consumer.fetch.min.bytes", "1"},
                                                     {"main.consumer.fetch.min.bytes", "3"},
                                                     {"restore.consumer.fetch.min.bytes", "2"},
                                                     {"consumer.fetch.error.backoff.ms", "4"},
                                                     {"restore.consumer.fetch.error.backoff.ms", "5"}});
  EXPECT_THAT(config.consumer_properties,
              ElementsAre(Pair("fetch.error.backoff.ms", "5"), Pair("fetch.min.bytes", "3")));
}

TEST(StreamsConfig, WatchesMaxPollIntervalWhateverItsPrefix) {
  for (const char* name : {"max.poll.interval.ms", "consumer.max.poll.interval.ms", "main.consumer.max.poll.interval.ms"})
    EXPECT_EQ(StreamsConfig::fromProperties({{name, "1234"}}).max_poll_interval, Milliseconds{1234}) << name;
}

TEST(StreamsConfig, ReadsWhatTheRuntimeOffers) {
  const auto config = StreamsConfig::fromProperties({{"client.id", "orders-1"},
                                                     {"task.timeout.ms", "0"},
                                                     {"retry.backoff.ms", "7"},
                                                     {"state.cleanup.delay.ms", "60000"},
                                                     {"state.cleanup.dir.max.age.ms", "3600000"},
                                                     {"metrics.recording.level", "DEBUG"},
                                                     {"metrics.sample.window.ms", "1000"},
                                                     {"log.summary.interval.ms", "-1"}});
  EXPECT_EQ(config.client_id, "orders-1");
  EXPECT_EQ(config.task_timeout, Milliseconds{0});
  EXPECT_EQ(config.retry_backoff, Milliseconds{7});
  EXPECT_THAT(config.client_properties, ElementsAre(Pair("retry.backoff.ms", "7")));
  EXPECT_EQ(config.state_cleanup_delay, Milliseconds{60'000});
  EXPECT_EQ(config.state_cleanup_dir_max_age, std::chrono::hours{1});
  EXPECT_EQ(config.metrics_recording_level, RecordingLevel::debug);
  EXPECT_EQ(config.metrics_sample_window, Milliseconds{1'000});
  EXPECT_THAT(refusalOf({{"metrics.recording.level", "much"}}), HasSubstr("info, debug or trace"));
}

TEST(StreamsConfig, SuggestsTheNearestNameForAnUnknownOne) {
  EXPECT_THAT(refusalOf({{"comit.interval.ms", "1"}}), HasSubstr("did you mean 'commit.interval.ms'?"));
  EXPECT_THAT(refusalOf({{"num.streams.thread", "1"}}), HasSubstr("did you mean 'num.stream.threads'?"));
  EXPECT_THAT(refusalOf({{"sasl.pasword", "1"}}), HasSubstr("did you mean 'sasl.password'?"));
  EXPECT_THAT(refusalOf({{"producer.lingers.ms", "1"}}), HasSubstr("did you mean 'producer.linger.ms'?"));
  EXPECT_THAT(refusalOf({{"xyzzy", "1"}}), AllOf(HasSubstr("unknown setting 'xyzzy'"), Not(HasSubstr("did you mean"))));
}

TEST(StreamsConfig, SaysNameValueAndWhatWasExpected) {
  EXPECT_THAT(refusalOf({{"commit.interval.ms", "soon"}}),
              AllOf(HasSubstr("'commit.interval.ms'"), HasSubstr("'soon'"), HasSubstr("milliseconds, at least 0")));
  EXPECT_THAT(refusalOf({{"num.stream.threads", "0"}}), HasSubstr("at least 1"));
  EXPECT_THAT(refusalOf({{"auto.offset.reset", "middle"}}), HasSubstr("earliest, latest, none or by_duration:"));
}

TEST(StreamsConfig, SaysWhatIsNotThereYet) {
  EXPECT_THAT(refusalOf({{"processing.guarantee", "exactly_once_v2"}}), HasSubstr("exactly-once is not there yet"));
  EXPECT_THAT(refusalOf({{"group.protocol", "streams"}}), HasSubstr("KIP-1071"));
  EXPECT_THAT(refusalOf({{"task.assignor.class", "x"}}), HasSubstr("class of Java"));
}

TEST(StreamsConfig, NeedsAnApplicationIdThatCanBeATopicName) {
  EXPECT_THAT(refusalOf({}), HasSubstr("application.id"));
  EXPECT_THAT(refusalOf({{"application.id", "no/slash"}}), HasSubstr("no/slash"));
}

TEST(StreamsConfig, KeepsSettingsOfTheProgramsOwn) {
  const auto config = StreamsConfig::fromProperties(
      {{"application.id", "orders"}, {"orders.limit", "7"}, {"orders.password", "hunter2"}},
      {"orders.limit", "orders.password", "orders.colour"});
  EXPECT_THAT(config.app_configs,
              ElementsAre(Pair("orders.limit", "7"), Pair("orders.password", "hunter2")));
  EXPECT_THAT(config.properties(), AllOf(Contains(Pair("application.id", "orders")), Contains(Pair("orders.limit", "7")),
                                         Contains(Pair("num.stream.threads", "1")),
                                         Contains(Pair("orders.password", "hunter2"))));
  EXPECT_THAT(config.describe(), AllOf(HasSubstr("orders.limit=[redacted]\n"), Not(HasSubstr("hunter2"))));
}

TEST(StreamsConfig, ShowsEverySettingButNoSecret) {
  const auto config = StreamsConfig::fromProperties({{"application.id", "orders"},
                                                     {"sasl.username", "fred"},
                                                     {"sasl.password", "hunter2"},
                                                     {"consumer.ssl.key.password", "hunter3"}});
  const std::string text = config.describe();
  EXPECT_THAT(text, AllOf(HasSubstr("application.id=orders\n"), HasSubstr("sasl.username=fred\n"),
                          HasSubstr("sasl.password=[redacted]\n"), Not(HasSubstr("hunter"))));
}

}  // namespace
}  // namespace widgetstream
