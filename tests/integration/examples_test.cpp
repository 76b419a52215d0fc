// The smaller examples do what their first lines say, on a real broker.

#include <gmock/gmock.h>

#include "temperature.pb.h"
#include "tests/support/kafka_broker.hpp"
#include "tests/support/kafka_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "widgetstream/serde/default_serde.hpp"

namespace widgetstream {
namespace {

using std::chrono::seconds;

class Examples : public ::testing::Test {
 protected:
  /// Waits until `enough` is true of the newest value of each key in a topic; returns them.
  template <class Enough>
  std::map<std::string, std::string> newest(const std::string& topic, Enough&& enough) {
    std::map<std::string, std::string> values;
    EXPECT_TRUE(waitUntil(
        [&] {
          for (const KafkaTestRecord& record : kafka.consumeAll(topic)) values[*record.key] = *record.value;
          return enough(values);
        },
        seconds{60}));
    return values;
  }
  /// Runs an example as a user does. It keeps its stores below its temporary directory.
  std::unique_ptr<Process> started(const std::string& program) {
    return std::make_unique<Process>(ProcessOptions{.command = {program, sharedKafkaBroker().bootstrapServers()},
                                                    .output = directory.path() / "log",
                                                    .environment = {{"TMPDIR", directory.path().string()}}});
  }

  KafkaClient kafka{sharedKafkaBroker().bootstrapServers()};
  TempDir directory;
};

TEST_F(Examples, WordCountCountsWords) {
  kafka.createTopic("lines", 2);
  kafka.createTopic("word-counts", 2);
  kafka.produce("lines", {{.value = "To be or not to be", .partition = 0}});
  const auto app = started(WIDGETSTREAM_WORD_COUNT);
  const Serde<std::int64_t> longs = defaultSerde<std::int64_t>();
  const std::map<std::string, std::string> expected{
      {"to", longs.encode(2)}, {"be", longs.encode(2)}, {"or", longs.encode(1)}, {"not", longs.encode(1)}};
  EXPECT_EQ(newest("word-counts", [&](const auto& counts) { return counts == expected; }), expected);
  EXPECT_EQ(app->end(SIGINT), (ProcessExit{.code = 0, .signal = 0})) << app->output();
}

TEST_F(Examples, ProtobufTemperaturesKeepTheColdestAndTheWarmest) {
  kafka.createTopic("readings", 2);
  kafka.createTopic("rooms", 2);
  std::vector<KafkaTestRecord> readings;
  for (const double celsius : {19.5, 17.0, 21.5}) {
    temperatures::Reading reading;
    reading.set_room("hall");
    reading.set_celsius(celsius);
    readings.push_back({.value = reading.SerializeAsString(), .partition = 0});
  }
  kafka.produce("readings", readings);
  const auto app = started(WIDGETSTREAM_PROTOBUF_TEMPERATURES);
  temperatures::Summary hall;
  static_cast<void>(newest("rooms", [&](const auto& rooms) {
    return rooms.contains("hall") && hall.ParseFromString(rooms.at("hall")) && hall.readings() == 3;
  }));
  EXPECT_EQ(app->end(SIGTERM), (ProcessExit{.code = 0, .signal = 0})) << app->output();
  EXPECT_EQ(hall.readings(), 3U);
  EXPECT_EQ(hall.coldest(), 17.0);
  EXPECT_EQ(hall.warmest(), 21.5);
}

}  // namespace
}  // namespace widgetstream
